"""Storage: files and folders that appear whole."""
