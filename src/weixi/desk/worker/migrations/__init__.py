"""Migrations of `worker`."""
