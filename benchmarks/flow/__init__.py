"""One month's run, step by step, beside the best SQL written by hand, a bare scan, and the usual scripts."""
