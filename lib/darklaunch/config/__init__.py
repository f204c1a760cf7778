"""The configuration: what YAML may say, as domain values."""
