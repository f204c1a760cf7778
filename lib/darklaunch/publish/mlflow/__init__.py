"""The MLflow run of a report."""
