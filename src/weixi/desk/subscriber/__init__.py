"""The app `subscriber`."""
