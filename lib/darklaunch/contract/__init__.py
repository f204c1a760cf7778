"""The contract: whether a log may be judged at all."""
