"""Verdicts from scores and the policy: promote, hold or block, each with reasons."""
