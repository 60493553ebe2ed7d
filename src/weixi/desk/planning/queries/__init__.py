"""Reads of `planning`."""
