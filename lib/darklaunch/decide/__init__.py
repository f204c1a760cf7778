"""Decisions: promote, hold or block, with reasons."""
