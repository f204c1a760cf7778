"""Commands that write files for people."""
