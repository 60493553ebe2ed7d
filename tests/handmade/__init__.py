"""Hand-made rows and playbooks: what tests write down instead of simulating it."""
