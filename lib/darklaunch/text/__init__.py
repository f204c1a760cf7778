"""Text that is safe to print."""
