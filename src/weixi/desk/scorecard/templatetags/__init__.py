"""Filters of `scorecard`."""
