"""Filters of the tasks' pages."""
