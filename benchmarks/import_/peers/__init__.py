"""What people use to read such a file. None of them types by a mapping, names a bad row, or gives keys."""
