"""`python -m weixi` is the `weixi` command."""

from weixi.cli.app import main

main()
