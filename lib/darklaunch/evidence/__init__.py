"""Evidence: sufficient statistics of a launch, by hour."""
