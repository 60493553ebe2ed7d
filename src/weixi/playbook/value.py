"""What a subscriber is worth: the margin of each kind of line, and how far ahead his life is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class Valuation:
    """How one playbook values a line in service.

    `margins` gives, for each kind of line, the share (0–1) of its billed revenue that is left after what the line costs
    to serve; `life_months` is the horizon of the expected remaining life.
    """

    life_months: int
    margins: Mapping[str, Decimal]
    source: Source
