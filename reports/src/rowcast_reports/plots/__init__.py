"""Plots, drawn by matplotlib once and used twice: in the page, and as files."""
