"""What a task may get: nothing, care, or one of the offers; and by which kind of contact."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.flow.decision.allocation.problem import Choice
from weixi.kernel.language import Text
from weixi.kernel.terms import Channel
from weixi.playbook import Offer, Playbook

NO_CONTACT, CARE = 0, 1
"""The choices that are no offer; the playbook's k-th offer is choice k + 1."""

OTHER_WAY = ""
"""The kind of contact of every channel that no limit counts."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a task: `offer` is None for care alone."""

    number: int
    offer: Offer | None

    @property
    def code(self) -> str | None:
        """The offer's code."""
        return None if self.offer is None else self.offer.code

    @property
    def text(self) -> Text:
        """Its name."""
        return (
            Text("关怀联系（不带优惠）", "care without an offer") if self.offer is None else self.offer.text
        )


def options(playbook: Playbook) -> tuple[Option, ...]:
    """Every choice but no contact, care first, the offers in the playbook's order."""
    offers = (Option(k, offer) for k, offer in enumerate(playbook.offers, start=2))
    return (Option(CARE, None), *offers)


def counted_ways(playbook: Playbook) -> tuple[str, ...]:
    """The channels whose contacts a limit counts, in a fixed order."""
    rule = playbook.allocation
    if rule is None:
        return ()
    named: set[str] = {*(rule.means.minutes or {}), *(rule.means.contacts or {})} - {""}
    return tuple(channel for channel in Channel if channel in named)


@dataclass(frozen=True, slots=True)
class Place:
    """One column of the wide rows: an option that goes by one kind of contact. No contact is at place 0."""

    option: Option
    way: str


def places_of(playbook: Playbook, counts: Mapping[str, int]) -> tuple[Place, ...]:
    """The places that some task may take; `counts` is, by `column`, how many may.

    Offers stand in the playbook's order and care last: of choices worth the same the first is taken.
    """
    ways, (care, *offers) = (*counted_ways(playbook), OTHER_WAY), options(playbook)
    return tuple(
        Place(option, way) for option in (*offers, care) for way in ways if counts[column(option, way)]
    )


def column(option: Option, way: str) -> str:
    """The name under which the tasks that may take an option that way are counted."""
    return f"open_{option.number}_{way.lower() or 'other'}"


def choices_of(places: tuple[Place, ...]) -> tuple[Choice, ...]:
    """The places as the optimiser names them."""
    nothing = Choice("no_contact", Text("不打扰", "no contact"))
    return (nothing, *(_choice(place) for place in places))


def _choice(place: Place) -> Choice:
    name = place.option.text
    code = place.option.code or "care"
    if place.way == OTHER_WAY:
        return Choice(code, name)
    way = Channel(place.way).text
    return Choice(f"{code}_{place.way.lower()}", Text(f"{name.zh}（{way.zh}）", f"{name.en} ({way.en})"))
