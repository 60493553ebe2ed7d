"""What an allocation is worth by true effects that it never saw, beside the usual rules of thumb."""
