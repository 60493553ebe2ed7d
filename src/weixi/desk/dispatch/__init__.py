"""Tasks handed to people."""
