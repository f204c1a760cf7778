"""Noise: what the baseline arm teaches of volatile values."""
