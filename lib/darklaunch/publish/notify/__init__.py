"""Notification of people and programs when a verdict changes or a run fails; it never holds a result up."""
