"""Each stage of the flow as a command runs it: reading what the one before left, writing what the next one needs."""
