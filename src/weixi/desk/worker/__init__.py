"""The app `worker`."""
