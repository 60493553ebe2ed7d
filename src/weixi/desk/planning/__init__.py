"""The app `planning`."""
