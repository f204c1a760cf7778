"""Any table: Parquet, CSV, JSON lines."""
