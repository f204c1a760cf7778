"""Pages to read, which ship with the package."""
