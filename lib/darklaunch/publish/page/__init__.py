"""Parts of the report's page: its script, the marking of differing places, and what is new since the last look."""
