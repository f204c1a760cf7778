"""Triage in Spark: signatures, slices and examples of causes."""
