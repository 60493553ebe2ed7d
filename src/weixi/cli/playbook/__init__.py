"""`weixi playbook`: check, show and compare the plans that the program runs; one file a sub-command."""

import click

from weixi.cli.playbook import check, diff, render, schema, show


@click.group()
def command() -> None:
    """Check and show playbooks: shipped ones by name (work_plan, care_scheme, today), others by file."""


for part in (check, show, diff, render, schema):
    command.add_command(part.command)
