"""What the pages of evidence read."""
