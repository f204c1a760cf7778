"""The only place that computes with Spark: functions from DataFrame to DataFrame, by stage."""
