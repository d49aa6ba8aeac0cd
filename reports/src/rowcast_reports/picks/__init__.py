"""Picks: from measurement to dispatch. Which implementation `auto` takes, and the evidence."""
