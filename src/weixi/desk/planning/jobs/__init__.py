"""Background work of `planning`."""
