"""What a person decides on a proposal."""
