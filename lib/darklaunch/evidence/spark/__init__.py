"""Evidence in Spark: units, latencies and the panel of a window."""
