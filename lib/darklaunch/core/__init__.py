"""The domain: what two responses differ in, what that is evidence of, and what follows from it. No engine."""
