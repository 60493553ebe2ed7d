"""The `weixi` command: one file a command, loaded when it is called."""
