"""The app `scorecard`."""
