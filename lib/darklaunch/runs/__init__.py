"""Past runs: open, list, compare."""
