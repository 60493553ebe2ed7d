"""`weixi lab`: the models of churn and of uplift on any table, beside what libraries do by default."""

import click

from weixi.cli.lab_uplift import uplift


@click.group(name="lab")
def command() -> None:
    """任何一张表上的离网与增益模型 / Churn or uplift on any table, judged honestly."""


command.add_command(uplift)
