"""Rules: which differences people expect."""
