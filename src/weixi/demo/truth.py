"""What only the simulation knows. It is written apart from the extract; no step of the way reads it.

`truth_YYYYMM.parquet`: one row for each line in service at the month's end. HAZARD: probability that in the next month
it leaves, or applies to leave, of its own will, with nothing done. REASON_1, REASON_2: what endangers it most.
IS_SUSPECT, IS_GAMED. EFFECT_<code> for each offer: the relative fall of HAZARD, were the offer agreed on the next
month's first day; negative where the offer drives people away.
`exit_YYYYMM.parquet`: who left, how, why. `action_YYYYMM.parquet`: what the desk handed over. `agent.parquet`: every
owner's skill and whether he games. `truth.json`: seed, rates, offers, bad rows planted by month and kind.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from weixi.demo import columns, hazard
from weixi.demo.actions import FIRST_USER
from weixi.demo.hazard import FAMILIES, OfferKind
from weixi.demo.lines import EXITED, EXITS, Array, Lines
from weixi.demo.place import Place
from weixi.demo.rates import RISKS, Rates
from weixi.kernel.period import Month

REASONS = (*RISKS, "NONE")


def reasons(rows: Array) -> tuple[Array, Array]:
    """The two strongest risks of each line, as indexes of `REASONS`."""
    at = np.arange(rows.shape[1])
    first = rows.argmax(axis=0)
    strength = rows[first, at]
    rest = rows.copy()
    rest[first, at] = -1
    second = rest.argmax(axis=0)
    none = len(RISKS)
    return np.where(strength > 0.02, first, none), np.where(rest[second, at] > 0.02, second, none)


def rest_of_line(
    lines: Lines, month: Month, place: Place, rates: Rates, intercept: float, offers: Mapping[str, OfferKind]
) -> pa.RecordBatch:
    """The truth about the lines in service at the end of `month`, looking into the next."""
    at = np.flatnonzero(lines.status < EXITED)
    lines = lines.take(at)
    after = month.plus(1)
    rows = hazard.risks(lines, after, rates.leaving)
    log = hazard.log_hazard(lines, rows, after, place, rates.leaving)
    first, second = reasons(rows)
    found: dict[str, pa.Array] = {
        "USER_ID": columns.key(FIRST_USER, lines.serial),
        "HAZARD": pa.array(hazard.hazard(log, intercept, lines, rates.leaving).astype(np.float32)),
        "REASON_1": columns.words(first, REASONS),
        "REASON_2": columns.words(second, REASONS),
        "IS_SUSPECT": pa.array(lines.suspect),
        "IS_GAMED": pa.array(lines.gamed),
    }
    effects: dict[int, pa.Array] = {}
    for code, offer in offers.items():
        family = FAMILIES.index(offer.family)
        if family not in effects:
            relieved = hazard.relief(lines, rows, family)
            effects[family] = pa.array(hazard.effect(log, relieved, intercept, lines, rates.leaving))
        found[f"EFFECT_{code}"] = effects[family]
    return pa.RecordBatch.from_pydict(found)


def exits(lines: Lines, rows: Array, gone: Array) -> pa.RecordBatch:
    """Who of the lines left in the month: exit, day, what endangered it most at the month's beginning."""
    at = np.flatnonzero(gone)
    first, _ = reasons(rows[:, at])
    return pa.RecordBatch.from_pydict(
        {
            "USER_ID": columns.key(FIRST_USER, lines.serial[at]),
            "EXIT_TYPE": columns.words(lines.exit_type[at], EXITS),
            "EXIT_DATE": columns.date_text(lines.exit_day[at]),
            "REASON_1": columns.words(first, REASONS),
        }
    )


def write_agents(folder: Path, place: Place) -> None:
    """Every owner's skill (about 0, deviation about 1) and whether he mends figures."""
    table = pa.table(
        {
            "OWNER_ID": pa.array(place.owner_codes),
            "SKILL": pa.array(place.owner_skill),
            "IS_GAMING": pa.array(place.owner_games),
        }
    )
    pa.parquet.write_table(table, folder / "agent.parquet")


def write_facts(
    folder: Path,
    *,
    subscribers: int,
    seed: int,
    rates: Rates,
    intercept: float,
    offers: Mapping[str, OfferKind],
    planted: Mapping[str, Mapping[str, int]],
) -> None:
    """`truth.json`: the call, the rates, and the bad rows planted by month and kind."""
    content = {
        "subscribers": subscribers,
        "seed": seed,
        "intercept": intercept,
        "offers": {code: {"family": offer.family, "kinds": offer.kinds} for code, offer in offers.items()},
        "planted": planted,
        "rates": asdict(rates),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
