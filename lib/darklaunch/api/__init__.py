"""What Python code takes beside past runs: rules, and two bodies compared by hand."""
