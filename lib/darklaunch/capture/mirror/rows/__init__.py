"""Rows of what was mirrored: made, redacted, and handed to the writer."""
