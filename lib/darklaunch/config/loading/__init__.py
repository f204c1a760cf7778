"""Loading of the YAML: layers, overrides, findings."""
