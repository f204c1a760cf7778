"""The engine: hands the rows of a window to pure functions bucket by bucket, and adds up what they count."""
