"""Reads of `scorecard`."""
