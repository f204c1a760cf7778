"""Latencies of a launch: histograms by the hour, thresholds learned from them, and what exceeds these."""
