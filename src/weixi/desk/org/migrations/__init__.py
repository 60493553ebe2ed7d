"""Migrations of `org`."""
