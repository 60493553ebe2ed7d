"""What the pages of figures say, and who may do what to them. Pure."""
