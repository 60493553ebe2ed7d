"""Changes of the tables of `evidence`."""
