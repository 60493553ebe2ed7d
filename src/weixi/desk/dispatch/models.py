"""Tables of `dispatch`."""
