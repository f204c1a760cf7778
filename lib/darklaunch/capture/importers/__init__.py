"""Importers: recordings of other programs become a capture log, in constant memory."""
