"""Causes on the command line: how they are printed, and how one is accepted."""
