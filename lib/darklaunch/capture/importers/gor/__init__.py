"""GoReplay files."""
