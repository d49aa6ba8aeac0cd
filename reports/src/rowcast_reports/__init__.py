"""Reads the result files that the harness writes, and writes the report.

Ratios, percentiles and verdicts of comparisons are computed by the harness.
This package reads them, arranges them and shows them; it never computes them
a second time.
"""

__version__ = "0.1.0"
