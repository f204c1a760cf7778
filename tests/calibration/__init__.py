"""What the statistics promise, measured: seeded simulations of C1 to C14 of the design."""
