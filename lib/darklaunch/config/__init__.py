"""What the YAML may say, how its layers become one frozen value, and what is wrong with it, all at once."""
