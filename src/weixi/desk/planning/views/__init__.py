"""Pages of `planning`."""
