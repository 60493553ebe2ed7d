"""Options that several commands take, in the same words."""

from collections.abc import Callable, Sequence
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

JSON: Decorator = click.option("--json", "as_json", is_flag=True, help="供程序读取 / for programs")


def playbook_option(
    default: Sequence[str], words: str = "方案名或文件，可给多个 / playbook name or file, repeatable"
) -> Decorator:
    """`--playbook`, as the argument `playbooks`; several compose in the order in which they are named."""
    return click.option(
        "--playbook", "playbooks", multiple=True, default=default, show_default=True, help=words
    )
