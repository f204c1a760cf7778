"""Copying: requests sent to one arm, within its limits."""
