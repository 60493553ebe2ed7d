"""How a month's means are shared out: the limits of the plan, and the effects assumed where no trial measured them."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal

from weixi.kernel.ids import fingerprint
from weixi.kernel.terms import WarningLevel
from weixi.playbook.source import Source

UNVERIFIED_ZH, UNVERIFIED_EN = "假设值，未经验证", "assumed, not verified"
"""What stands beside every effect that no trial has measured."""


@dataclass(frozen=True, slots=True)
class AssumedEffect:
    """The share (0–1) of those who would leave that one offer keeps: assumed, not verified.

    `offer` is its code, None the care contact without an offer.
    """

    offer: str | None
    saved_share: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class Means:
    """The limits of one month. Money in fen; None, or an empty mapping, is no limit.

    `county_fen` and `hours` are by node of the organisation's tree. `minutes` are an agent's for one contact, by
    channel; `agent_hours` are those of one agent a month, `hours_of` the level (UNIT or COUNTY) whose agents share
    them. `contacts` is by channel, "" for all together. `floors` is, by grade, the least share of the households that
    may have a paid offer which gets one. `existing_shares` is, by pool, the least share of its money for existing
    customers; of a pool that serves them first and stands not here they are served strictly first.
    `least_return_percent` is what a hundred yuan have to keep; `difference_fen` the most that the value kept a
    household may differ between any two counties.
    """

    money_fen: int | None = None
    county_fen: Mapping[str, int] | None = None
    county_share: Decimal | None = None
    minutes: Mapping[str, int] | None = None
    agent_hours: int | None = None
    hours_of: str = "COUNTY"
    hours: Mapping[str, int] | None = None
    contacts: Mapping[str, int] | None = None
    floors: Mapping[str, Decimal] | None = None
    existing_shares: Mapping[str, Decimal] | None = None
    least_return_percent: int | None = None
    difference_fen: int | None = None


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """How one playbook chooses the month's offers together: within `means`, with `effects` where none is measured.

    `margin` is the share of its revenue that a line without a value of its own leaves. `care_channel` carries the care
    contact without an offer, None: the warning's own. `logging_share` of the households get an offer by lot; 0: none.
    `offers_from` is the least urgent level whose tasks get an offer, None: any; the others get care.
    """

    means: Means
    effects: tuple[AssumedEffect, ...]
    margin: Decimal
    care_channel: str | None
    logging_share: Decimal
    source: Source
    offers_from: str | None = None

    @property
    def offered_levels(self) -> tuple[str, ...]:
        """The levels of warnings whose tasks may get an offer, the most urgent first."""
        levels = tuple(level.value for level in WarningLevel)
        return levels if self.offers_from is None else levels[: levels.index(self.offers_from) + 1]

    @property
    def fingerprint(self) -> str:
        """The name of everything here that decides a choice; sources are words."""
        effects = [f"{effect.offer} {effect.saved_share}" for effect in self.effects]
        means = (str(part) for part in astuple(self.means))
        return fingerprint(
            *means,
            *effects,
            str(self.margin),
            str(self.care_channel),
            str(self.logging_share),
            *self.offered_levels,
        )

    def saved_share(self, offer: str | None) -> Decimal | None:
        """What is assumed of that offer; None where nothing is."""
        return next((effect.saved_share for effect in self.effects if effect.offer == offer), None)
