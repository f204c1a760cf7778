"""The comparison of two responses."""
