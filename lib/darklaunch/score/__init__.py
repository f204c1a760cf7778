"""Scores of every endpoint: excess, bounds and confidence."""
