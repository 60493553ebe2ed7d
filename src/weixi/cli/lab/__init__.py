"""`weixi lab`: churn or uplift on any table, beside the libraries as they come; one file a sub-command."""

import click

from weixi.cli.lab import churn, uplift


@click.group(name="lab")
def command() -> None:
    """任意表上的离网与增益评分，与各算法库对比 / Churn or uplift on any table, beside the libraries."""


for part in (churn, uplift):
    command.add_command(part.command)
