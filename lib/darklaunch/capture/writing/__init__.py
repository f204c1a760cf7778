"""Writing a capture log: one exchange as a value, and its files, which appear whole."""
