"""Pairs: one row a request, with the answers of all arms."""
