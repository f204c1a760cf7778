"""Triage: from differences to causes."""
