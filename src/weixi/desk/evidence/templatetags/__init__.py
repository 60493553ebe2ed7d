"""Filters of the pages of evidence."""
