"""The mirror: samples requests, sends copies to shadow and baseline in the background, records every arm's answer."""
