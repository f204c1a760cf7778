"""Privacy: which values may be shown in the clear."""
