"""Acceptance: the narrowest rules that settle what was seen of a cause."""
