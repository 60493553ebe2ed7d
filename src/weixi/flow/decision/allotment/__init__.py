"""The month's allocation: what every task would be worth with every offer, within the playbook's limits."""
