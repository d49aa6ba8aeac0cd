"""Results of many runs in one database: SQLite by default, PostgreSQL by URL.

Figures go in as the harness wrote them. What is asked of them compares machines
and days by ratios to the scalar implementation of the same run, never by
absolute figures.
"""
