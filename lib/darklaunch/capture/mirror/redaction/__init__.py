"""Redaction: what the settings name is replaced before a row goes to the writer."""
