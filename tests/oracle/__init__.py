"""Slow, independent recomputations of what the SQL computes."""
