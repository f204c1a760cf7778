"""Pages over several runs: the index of all launches, and the changes between two runs."""
