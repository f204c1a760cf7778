"""Publishing: the report as values, the page, the tables, the MLflow run."""
