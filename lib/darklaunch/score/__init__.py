"""Scores: bounds and confidence of every endpoint."""
