"""evidence: the sufficient statistics of each endpoint, hour and dimension, which add up."""

COMPARED = ("equal", "match", "mismatch")
MISSING = ("shadow_missing", "shadow_error", "late")
