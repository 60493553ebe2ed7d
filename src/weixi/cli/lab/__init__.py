"""`weixi lab`: churn or uplift on any table, beside the libraries as they come; one file a sub-command."""

import click

from weixi.cli.lab import churn


@click.group(name="lab")
def command() -> None:
    """任意表上的离网评分，与各算法库的缺省设置对比 / Scores on any table, beside the library defaults."""


for part in (churn,):
    command.add_command(part.command)
