"""The capture log: what is in it, and its rows."""
