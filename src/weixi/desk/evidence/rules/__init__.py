"""What the figures behind a decision mean, in words. Pure."""
