"""Alembic's folder: the steps from one form of the tables to the next."""
