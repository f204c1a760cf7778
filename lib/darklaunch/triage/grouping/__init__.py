"""Grouping: one cause for one change, whichever endpoints show it, the worst first."""
