"""From the entry on allocation to its frozen figures."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from weixi.kernel.language import Text
from weixi.playbook.allocation import AllocationRule, AssumedEffect, Means
from weixi.playbook.allocation_schema import AllocationEntry, AssumedEffectEntry
from weixi.playbook.faults import fault, near
from weixi.playbook.fields import Figure, Strict
from weixi.playbook.figures import Figures, source
from weixi.playbook.reading import Entries, Place
from weixi.playbook.source import Source

V = TypeVar("V", int, Decimal)
Item = TypeVar("Item", bound=Strict)

MOST_LOGGED = Decimal("0.05")
"""The largest share of households whose offer may be drawn: random logging is to cost little."""


def compile_allocation(entries: Entries, figures: Figures) -> AllocationRule | None:
    """How the composed playbook shares out a month's means; None where it has no such table."""
    for entry in entries.all(AllocationEntry):
        return _Reading(entries, figures, entry.value, entry.place).rule(source(entry))
    return None


class _Reading:
    """One entry being read; faults go to the figures' own."""

    def __init__(self, entries: Entries, figures: Figures, given: AllocationEntry, place: Place) -> None:
        self._entries, self._figures, self._given, self._place = entries, figures, given, place

    def rule(self, origin: Source) -> AllocationRule:
        given, figures, place = self._given, self._figures, self._place
        logged = (
            Decimal(0) if given.logging_share is None else self._rate(given.logging_share, "logging_share")
        )
        if logged > MOST_LOGGED:
            self._wrong(
                Text(f"随机投放比例 {logged} 过大", f"a share of {logged} drawn at random is too much"),
                Text("写 0.01 到 0.05", "write 0.01 to 0.05"),
                "logging_share",
            )
        effects = tuple(self._effect(index, effect) for index, effect in enumerate(given.effect))
        self._once("effect", "offer", [effect.offer or "" for effect in given.effect])
        return AllocationRule(
            self._means(),
            effects,
            figures.rate(given.margin, place, "margin"),
            given.care_channel,
            logged,
            origin,
            given.offers_from,
        )

    def _means(self) -> Means:
        given = self._given
        minutes = self._by(
            "minutes",
            "channel",
            given.minutes,
            lambda item, k: self._whole(item.minutes, "count", "minutes", k, "minutes"),
        )
        hours = self._by(
            "hours",
            "node",
            given.hours,
            lambda item, k: self._whole(item.hours, "hours", "hours", k, "hours"),
        )
        if (given.agent_hours is not None or hours) and not minutes:
            self._wrong(
                Text(
                    "写了工时，却没有写每次联系要多少分钟", "hours are written, but no minutes of a contact"
                ),
                Text("写一条 [[allocation.minutes]]", "write an [[allocation.minutes]]"),
                "agent_hours" if given.agent_hours is not None else "hours",
            )
        for index, item in enumerate(given.existing):
            self._known("pool", item.pool, "existing", index, "pool")
        agent = None if given.agent_hours is None else self._whole(given.agent_hours, "hours", "agent_hours")
        least = (
            None if given.least_return is None else self._whole(given.least_return, "percent", "least_return")
        )
        return Means(
            money_fen=self._fen(given.money, "money"),
            county_fen=self._by(
                "county",
                "node",
                given.county,
                lambda item, k: self._fen(item.amount, "county", k, "amount") or 0,
            ),
            county_share=None
            if given.county_share is None
            else self._rate(given.county_share, "county_share"),
            minutes=minutes,
            agent_hours=agent,
            hours_of=given.hours_of,
            hours=hours,
            contacts=self._by(
                "contact",
                "channel",
                given.contact,
                lambda item, k: self._whole(item.most, "count", "contact", k, "most"),
            ),
            floors=self._by(
                "floor", "grade", given.floor, lambda item, k: self._rate(item.share, "floor", k, "share")
            ),
            existing_shares=self._by(
                "existing",
                "pool",
                given.existing,
                lambda item, k: self._rate(item.share, "existing", k, "share"),
            ),
            least_return_percent=least,
            difference_fen=self._fen(given.difference, "difference"),
        )

    def _effect(self, index: int, effect: AssumedEffectEntry) -> AssumedEffect:
        if effect.offer is not None:
            self._known("offer", effect.offer, "effect", index, "offer")
        share = self._rate(effect.saved_share, "effect", index, "saved_share")
        made = effect.source
        at = self._place.at("effect", index)
        return AssumedEffect(
            effect.offer, share, Source(made.document, made.line, made.quote, made.section, at, made.counsel)
        )

    def _by(
        self, key: str, name: str, items: Sequence[Item], read: Callable[[Item, int], V]
    ) -> dict[str, V] | None:
        """The figures of a list by their names; None where nothing is written."""
        names = [str(getattr(item, name) or "") for item in items]
        self._once(key, name, names)
        return {
            called: read(item, k) for k, (called, item) in enumerate(zip(names, items, strict=True))
        } or None

    def _fen(self, figure: Figure | None, *keys: str | int) -> int | None:
        amount = self._figures.fen(figure, self._place, *keys)
        if amount is not None and amount < 0:
            self._below(*keys)
        return amount

    def _whole(self, figure: Figure, unit: str, *keys: str | int) -> int:
        number = self._figures.read(figure, unit, self._place, *keys)
        if number is not None and number < 0:
            self._below(*keys)
        return int(number or 0)

    def _rate(self, figure: Figure, *keys: str | int) -> Decimal:
        return self._figures.rate(figure, self._place, *keys)

    def _below(self, *keys: str | int) -> None:
        self._wrong(
            Text(f"“{keys[-1]}”不能小于 0", f"“{keys[-1]}” cannot be below 0"),
            Text("写 0 或更大的数", "write 0 or more"),
            *keys,
        )

    def _once(self, key: str, name: str, names: Sequence[str]) -> None:
        for index, called in enumerate(names):
            if called in names[:index]:
                said = Text(f"“{called}”写了两次", f"“{called}” is written twice")
                if not called:
                    said = Text(f"不带 {name} 的写了两次", f"one without {name} is written twice")
                at = self._place.at(key, index, name) if called else self._place.at(key, index)
                self._figures.keep(fault("duplicate_code", at, said, Text("删去一个", "delete one of them")))

    def _known(self, section: str, code: str, *keys: str | int) -> None:
        known = self._entries.codes(section)
        if code not in known and self._entries.judges(section):
            what = Text(f"没有 {section} “{code}”", f"there is no {section} “{code}”")
            self._figures.keep(fault(f"unknown_{section}", self._place.at(*keys), what, near(code, known)))

    def _wrong(self, what: Text, remedy: Text, *keys: str | int) -> None:
        self._figures.keep(fault("wrong_value", self._place.at(*keys), what, remedy))
