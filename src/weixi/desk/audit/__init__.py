"""Who did what, chained so that nothing is taken out."""
