"""措施: the measures of a compiled playbook, whom each covers and what carries it out."""

from dataclasses import dataclass

from weixi.kernel.language import Text
from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of the plan: whom it covers, and the offers and warnings that carry it out.

    `tests` are the conditions that `sql` joins.
    """

    code: str
    text: Text
    sql: str
    offers: tuple[str, ...]
    warnings: tuple[str, ...]
    source: Source
    group: str = ""
    channels: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    when: str = ""
    detail: Text | None = None
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever beside the sales policies (base work), and the warnings that carry it."""

    code: str
    text: Text
    warnings: tuple[str, ...]
    source: Source
    detail: Text | None = None
