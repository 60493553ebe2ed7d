"""Reads of the desk's tasks, each scoped by what the viewer may see."""
