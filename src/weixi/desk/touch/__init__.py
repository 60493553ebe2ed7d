"""The app `touch`."""
