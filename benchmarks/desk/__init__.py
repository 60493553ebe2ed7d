"""The desk at scale: handing over a plan of a million tasks, and every page over it."""
