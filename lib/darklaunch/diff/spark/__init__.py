"""The comparison in Spark: one Arrow UDF around the pure function."""
