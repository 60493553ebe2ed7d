"""Parts of a customer's page, each loaded by its own address: upper apps add theirs without being imported here."""

from collections.abc import Collection
from dataclasses import dataclass

from weixi.desk.org.rules import Role
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    `route` is the name of an address whose only part is `subscriber_id`, and which answers a fragment. `roles`: who
    is shown it, none: everybody who sees the page. `order` is its place, small numbers first. `at_once`: loaded with
    the page, else when it is scrolled to. `asked`: the part is shown only on a page whose address names that, and is
    given what the address asks.
    """

    name: str
    route: str
    title: Text
    order: int
    roles: frozenset[Role] = frozenset()
    at_once: bool = False
    asked: str = ""


_registered: dict[str, Section] = {}


def register_section(section: Section) -> None:
    """Add the part, as an app's `ready()` does; one of the same name takes the place of the one before."""
    _registered[section.name] = section


def sections_for(roles: Collection[Role], asked: Collection[str] = ()) -> tuple[Section, ...]:
    """The parts that holders of these roles are shown on a page whose address names `asked`, in order."""
    shown = (
        s
        for s in _registered.values()
        if (not s.roles or s.roles & frozenset(roles)) and (not s.asked or s.asked in asked)
    )
    return tuple(sorted(shown, key=lambda s: (s.order, s.name)))
