"""Route templates: names for endpoints, so that there are few of them."""
