"""Renders the run report; imports neither pyspark nor darklaunch.spark."""
