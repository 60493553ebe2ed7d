"""What every desk app stands on: the database, the page frame, masking."""
