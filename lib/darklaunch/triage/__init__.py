"""Triage: the causes of differences, few and ranked."""
