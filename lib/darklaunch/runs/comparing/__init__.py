"""Two runs side by side, for notebooks."""
