"""Placeholder while the trial is written."""
