"""JSON values: equality and shape."""
