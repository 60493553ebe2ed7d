"""Pages of contacts, of calls that come in and of lists from outside."""
