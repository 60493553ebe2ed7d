"""Pages of `scorecard`."""
