"""The gate: is this working tree slower than that revision?

It builds both, has `rowcast compare` measure them against each other on every cell, counts
instructions and allocations, and gives each cell PASS, FAIL or INCONCLUSIVE. The verdict on times is
`rowcast compare`'s own; nothing is judged twice.
"""
