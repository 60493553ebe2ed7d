"""Options that several commands take, in the same words."""

from collections.abc import Callable, Sequence
from typing import Any

import click
from click.core import ParameterSource

from weixi.cli.session import Session
from weixi.playbook import in_force

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

JSON: Decorator = click.option("--json", "as_json", is_flag=True, help="供程序读取 / for programs")


def playbook_option(
    default: Sequence[str], words: str = "方案名或文件，可给多个 / playbook name or file, repeatable"
) -> Decorator:
    """`--playbook`, as the argument `playbooks`; several compose in the order in which they are named.

    Where it is not given: the version published in the home, else the default.
    """

    def chosen(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
        given = ctx.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT
        return value if given else named_or_in_force(ctx.obj, (), default)

    return click.option(
        "--playbook",
        "playbooks",
        multiple=True,
        default=default,
        show_default=True,
        help=words,
        callback=chosen,
    )


def named_or_in_force(session: Session, names: tuple[str, ...], default: Sequence[str]) -> tuple[str, ...]:
    """The names that were given; without any the version published in the home, else the default."""
    if names:
        return names
    found = in_force(session.home)
    return tuple(default) if found is None else (str(found.path),)
