"""The command line as a shell meets it: its help, and the completion of its words."""
