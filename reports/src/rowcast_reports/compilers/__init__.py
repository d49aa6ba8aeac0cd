"""Compilers: what another compiler, link-time optimisation or a profile would give the library.

Each builds librowcast.so; `rowcast compare` measures it in turns with the one that is shipped.
"""
