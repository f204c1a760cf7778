"""Fault injection for `rules check`: faults planted in real responses."""
