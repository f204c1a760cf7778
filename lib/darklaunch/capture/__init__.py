"""The capture log: where it lies, what is in it, and how one is made."""
