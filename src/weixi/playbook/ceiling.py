"""根据用户贡献实行差异化维系: the dearest offer that a line of each band may get, told without data."""

from dataclasses import dataclass
from itertools import pairwise

from weixi.dialect.possible import Possibilities, Truth
from weixi.kernel.language import Text
from weixi.playbook.model import Band, Playbook
from weixi.playbook.offer import Offer


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that one offer may give a line of the band, fen, and which offer; None where it gives nothing.

    Only offers whose cost is one figure for everybody count; `open` names those whose cost depends on the line.
    """

    band: str
    text: Text
    fen: int
    offer: str | None
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Richer:
    """A band whose ceiling lies above that of the next one, and the offer that makes it."""

    band: str
    offer: str
    fen: int
    next_band: str
    next_fen: int


def ceilings(playbook: Playbook, possible: Possibilities) -> tuple[Ceiling, ...]:
    """The ceiling of every band, from the lowest; offers with a signed exemption are left out."""
    found = []
    for band in playbook.bands:
        best: tuple[int, str] | None = None
        unknown = []
        for offer in playbook.offers:
            if playbook.exemption(offer.code, "CEILING") or not _may_get(offer, band, possible):
                continue
            cost = possible.constant(offer.cost_sql)
            if cost is None:
                unknown.append(offer.code)
            elif best is None or cost > best[0]:
                best = (int(cost), offer.code)
        fen, code = best if best is not None and best[0] > 0 else (0, None)
        found.append(Ceiling(band.code, band.text, fen, code, tuple(unknown)))
    return tuple(found)


def richer(table: tuple[Ceiling, ...]) -> list[Richer]:
    """Every step down of the ceiling from one band to the next higher one."""
    return [
        Richer(low.band, low.offer or "", low.fen, high.band, high.fen)
        for low, high in pairwise(table)
        if low.fen > high.fen
    ]


def in_band_sql(band: Band) -> str:
    """Whether a line is in the band, in the words of every rule that can tell: its code, and its ARPU."""
    tests = [f"band = '{band.code}'", "complete_months > 0"]
    if band.low_fen is not None:
        tests.append(f"revenue_3m_fen >= {band.low_fen} * complete_months")
    if band.high_fen is not None:
        tests.append(f"revenue_3m_fen < {band.high_fen} * complete_months")
    return " AND ".join(tests)


def _may_get(offer: Offer, band: Band, possible: Possibilities) -> bool:
    asked = [(condition.sql, Truth.TRUE) for condition in offer.conditions]
    return offer.existing and possible.can_hold((in_band_sql(band), Truth.TRUE), *asked)
