"""The output of Envoy's HTTP tap."""
