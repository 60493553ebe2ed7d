"""The way of the data, one package a step; `run.py` has them in order."""
