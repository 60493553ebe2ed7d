"""Words and units of the field; the standard library alone."""
