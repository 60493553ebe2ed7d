"""placeholder"""

import click


@click.command("collect")
def command() -> None:
    """x"""
