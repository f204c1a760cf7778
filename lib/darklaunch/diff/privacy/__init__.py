"""What must not be seen: ``secrets`` recognises it by name and form, ``masking`` writes paths, values and queries."""
