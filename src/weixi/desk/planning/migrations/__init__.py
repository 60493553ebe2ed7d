"""Migrations of `planning`."""
