"""Writes of `scorecard`."""
