"""The best offer for each subscriber within the budgets, with a proof."""
