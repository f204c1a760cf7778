"""Spark: its session, its errors and its progress."""
