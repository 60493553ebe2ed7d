"""`weixi playbook schema`: the JSON Schema of a playbook, for editors."""

import click

from weixi.cli.session import Session
from weixi.playbook import json_schema


@click.command("schema")
@click.pass_obj
def command(session: Session) -> None:
    """Print the JSON Schema of a playbook's TOML; an editor reads it from a `#:schema PATH` line at the top."""
    session.json(json_schema())
