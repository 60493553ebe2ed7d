"""Filters and tags of the pages of figures."""
