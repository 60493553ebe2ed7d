"""Writes of the desk's tasks: each locks, asks the rules, writes, and enters itself in the audit."""
