"""HTTP responses: decoded and parsed."""
