"""The allocation of offers within the budgets: its goals, its baselines, and solvers that take the whole problem."""
