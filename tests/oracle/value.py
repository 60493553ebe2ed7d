"""What a line is worth, again: plain loops over lines, months and states, fractions instead of arrays, no SQL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from weixi.kernel.period import Month
from weixi.playbook import Playbook

Row = Mapping[str, Any]
Key = tuple[str, str, str, str]
"""Kind of line, band, phase, tenure."""

AWAY = {"ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL"}
KIND_PRIOR, TENURE_PRIOR, BAND_PRIOR = 20, 200, 200


def is_here(row: Row) -> bool:
    return row["line_use"] == "COMMERCIAL" and row["service_status"] in AWAY | {"IN_SERVICE"}


def where(row: Row, month: Month, playbook: Playbook) -> Key:
    """The stratum in which the line stands at the month's end."""
    if row["bill_fen"] is None:
        band = "NONE"
    else:
        band = next(b.code for b in playbook.bands if b.high_fen is None or row["bill_fen"] < b.high_fen)
    end: date | None = row["contract_end_date"] or row["broadband_end_date"]
    ahead = None if end is None else Month.containing(end).index - month.index
    if row["service_status"] in AWAY:
        phase = row["service_status"]
    elif ahead is None or ahead < -3:
        phase = "NONE"
    else:
        phase = "LATER" if ahead > 12 else f"M{ahead}"
    if row["open_date"] is None:
        tenure = "TX"
    else:
        old = month.index - Month.containing(row["open_date"]).index
        tenure = "T0" if old < 6 else "T6" if old < 24 else "T24" if old < 60 else "T60"
    return row["line_type"], band, phase, tenure


class Lives:
    """The survival that the months show, asked for one stratum at a time."""

    def __init__(self, book: Mapping[Month, Sequence[Row]], month: Month, playbook: Playbook) -> None:
        self.stood: Counter[Key] = Counter()
        self.left: Counter[Key] = Counter()
        self.whole: Counter[tuple[str | None, ...]] = Counter()
        self.whole_left: Counter[tuple[str | None, ...]] = Counter()
        self.moved: Counter[tuple[str, str, str, str, str]] = Counter()
        for later in month.back(12):
            before = {row["subscriber_id"]: row for row in book.get(later.plus(-1), ())}
            for row in book.get(later, ()):
                old = before.get(row["subscriber_id"])
                if (
                    old is None
                    or not is_here(old)
                    or old["is_carried"]
                    or (is_here(row) and row["is_carried"])
                ):
                    continue
                key = where(old, later.plus(-1), playbook)
                self.stood[key] += 1
                kind, _, phase, tenure = key
                wholes = (
                    (None, None, None, None),
                    (kind, None, None, None),
                    (kind, None, phase, None),
                    (kind, None, phase, tenure),
                    key,
                )
                for whole in wholes:
                    self.whole[whole] += 1
                    self.whole_left[whole] += not is_here(row)
                if is_here(row):
                    _, _, later_phase, later_tenure = where(row, later, playbook)
                    self.moved[kind, phase, tenure, later_phase, later_tenure] += 1
                else:
                    self.left[key] += 1

    def leaving(self, key: Key) -> Fraction:
        """The smoothed chance to leave in the next month."""
        kind, _, phase, tenure = key
        rate = Fraction(self.whole_left[None, None, None, None], self.whole[None, None, None, None])
        for weight, fixed in (
            (KIND_PRIOR, (kind, None, None, None)),
            (KIND_PRIOR, (kind, None, phase, None)),
            (TENURE_PRIOR, (kind, None, phase, tenure)),
            (BAND_PRIOR, key),
        ):
            n, gone = self.whole[fixed], self.whole_left[fixed]
            rate = (gone + weight * rate) / (n + weight)
        return rate

    def steps(self, key: Key) -> dict[Key, Fraction]:
        """Where who stays stands a month later."""
        kind, band, phase, tenure = key
        seen = {k[3:]: n for k, n in self.moved.items() if k[:3] == (kind, phase, tenure)}
        nearer = phase
        if phase == "M-3":
            nearer = "NONE"
        elif phase.startswith("M"):
            nearer = f"M{int(phase[1:]) - 1}"
        whole = sum(seen.values()) + 1
        found: dict[Key, Fraction] = {}
        for (p, t), n in [*seen.items(), ((nearer, tenure), 1)]:
            found[kind, band, p, t] = found.get((kind, band, p, t), Fraction(0)) + Fraction(n, whole)
        return found

    def months(self, key: Key, horizon: int) -> float:
        """Expected month-ends in service within the horizon."""
        rates: dict[Key, float] = {}
        ways: dict[Key, list[tuple[Key, float]]] = {}
        waiting = [key]
        while waiting:
            at = waiting.pop()
            if at not in rates:
                rates[at] = float(self.leaving(at))
                ways[at] = [(to, float(share)) for to, share in self.steps(at).items()]
                waiting += [to for to, _ in ways[at]]
        worth = dict.fromkeys(rates, 0.0)
        for _ in range(horizon):
            worth = {
                at: (1 - rates[at]) * sum(share * (1 + worth[to]) for to, share in ways[at]) for at in rates
            }
        return worth[key]
