"""What a notebook shows of runs, rules and differences: small pieces of HTML, every text escaped."""
