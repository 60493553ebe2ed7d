"""`weixi desk`: the tree and the people of the desk."""

import click

from weixi.cli.desk.check import check
from weixi.cli.desk.people import people
from weixi.cli.desk.person import factor, password, person
from weixi.cli.desk.tree import tree


@click.group()
def command() -> None:
    """The tree and the people of the desk."""


command.add_command(tree)
command.add_command(person)
command.add_command(password)
command.add_command(factor)
command.add_command(people)
command.add_command(check)
