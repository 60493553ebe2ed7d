"""People, posts and the tree they see."""
