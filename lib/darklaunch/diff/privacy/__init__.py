"""Privacy: what may be shown in the clear, decided before anything leaves the comparison.

``masking`` holds the levels and the paths that people name, ``secrets`` recognises what is secret or personal by name
and form, ``masked_values`` writes values, texts and queries as people may see them.
"""
