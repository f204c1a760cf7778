"""The run report as values."""
