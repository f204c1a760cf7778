"""HAR 1.2 files."""
