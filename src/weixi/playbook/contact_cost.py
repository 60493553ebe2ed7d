"""What contacts cost: by the way they go, and by whether the customer was reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class ContactCost:
    """What one contact on one channel costs, in fen: with nobody reached, and with the customer reached."""

    missed_fen: int
    reached_fen: int


@dataclass(frozen=True, slots=True)
class ContactCosts:
    """What contacts cost in one playbook; every channel has its figures."""

    channels: Mapping[str, ContactCost]
    source: Source
