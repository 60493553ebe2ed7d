"""Filters of the planner's pages."""
