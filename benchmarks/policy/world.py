"""One small simulated operator: months of random logging, a coming month, and the truth about both.

Warned lines are those that the shipped playbook warns of by what an extract shows, whether anything endangers them or
not; an offer fits a line where it answers its leading warning. What is seen is what an extract shows and what the
product's value makes of the book. What is true is the operator's: how likely each line leaves, how likely it is
reached and agrees, by how much each offer changes it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.policy.raised import RISK_OF, leading
from weixi.demo import hazard
from weixi.demo.lines import EXITED, NEVER, Lines, day_number
from weixi.demo.operator import Operator
from weixi.demo.rates import EFFECTS, RISKS
from weixi.demo.walk import MAPPING, operator_for
from weixi.engine import Store, open_engine
from weixi.flow.book import IDENTITY, Intake, build_feature, import_extract
from weixi.flow.extract import load_mapping, open_folder
from weixi.flow.score import build_value
from weixi.kernel.period import Month
from weixi.kernel.terms import OfferFamily
from weixi.playbook import Offer, Playbook

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

FIRST = Month.of(2024, 10)
BOOKED = 2
"""Months in the book when the coming one is decided: what the value is learnt from."""
REACHED = 0.8
"""The share of households that are reached in three calls."""
CODES = (
    "service_call", "device_economical", "recontract_key", "broadband_renewal", "prepay_bonus", "tariff_follow",
    "airtime", "useful_service",
)  # fmt: skip
"""The offers that are allocated: one of each family and price of the shipped playbook."""
CURES = 0.4
"""The share of a risk that an offer which answers it takes away, at least."""


class Fit(StrEnum):
    """Which offers fit a line: those that cure its leading risk, or all that the shipped playbook names for it."""

    ANSWERING = "answering"
    PLAYBOOK = "playbook"


@dataclass(frozen=True, slots=True)
class Rows:
    """Warned lines of one month with a fitting offer; K offers, in the order of CODES.

    Seen: `features` (n, p), `fits` (n, K), `county` (n), `kind` (n), the leading warning's risk, a place in RISKS;
    `level` (n), its urgency; `worth_fen` (n) by the product's value (0 in logged months).
    True: `risk` (n) without contact; `kept` (n, K), by how much contact with an offer raises the chance to stay,
    negative where it wakes; `agreed` (n, K), the chance to be reached and agree; `true_worth_fen` (n), the margin of
    the next twelve months of a line that stays.
    """

    features: Floats
    fits: Flags
    county: Whole
    kind: Whole
    level: Whole
    worth_fen: Floats
    risk: Floats
    kept: Floats
    agreed: Floats
    true_worth_fen: Floats


@dataclass(frozen=True, slots=True)
class World:
    """The logged months, one after the other, the coming one, and what each offer costs once agreed (K), fen.

    Effects are those on the chance to leave in one month. So are costs: what an offer and its commission cost,
    shared out over the months that it works.
    """

    names: tuple[str, ...]
    offers: tuple[Offer, ...]
    cost_fen: Floats
    logged: Rows
    coming: Rows


def make_world(playbook: Playbook, fit: Fit, subscribers: int, months: int, seed: int, home: Path) -> World:
    """A world of so many lines and logged months; the same seed gives the same one."""
    offers = tuple(next(each for each in playbook.offers if each.code == code) for code in CODES)
    operator = operator_for(playbook, subscribers, seed, FIRST, home / "extract")
    store = Store(home / "book", open_engine("duckdb", home / "scratch"))
    mapping = load_mapping(MAPPING)
    seen = []
    for k in range(months + 1):
        seen.append(_look(operator, offers, playbook, fit))
        month = operator.month
        if k < months:
            operator.advance(month)
        if months - BOOKED <= k < months:
            taken = Intake(actor="benchmark", now=datetime(month.end.year, month.end.month, 1, tzinfo=UTC))
            import_extract(store, open_folder(operator.out, mapping, month), taken)
    last = operator.month.plus(-1)
    build_feature(store, last)
    worth = _worth(store, playbook, last)
    store.engine.close()
    names = tuple(_features(operator.lines, operator.month))
    parts = [rows for _, rows in seen]
    users, coming = seen[-1]
    found = np.array([worth.get(user, 0) for user in users.to_pylist()], dtype=np.float64)
    logged = Rows(*(np.concatenate([getattr(part, f) for part in parts[:-1]]) for f in Rows.__slots__))
    last_rows = Rows(**{f: getattr(coming, f) for f in Rows.__slots__ if f != "worth_fen"}, worth_fen=found)
    cost = [_cost(offer) for offer in offers]
    return World(names, offers, np.array(cost), logged, last_rows)


def _cost(offer: Offer) -> float:
    """A month's share of what one agreement costs. The offers of CODES cost the same for everybody."""
    whole = int(offer.cost_sql.removeprefix("CAST(").removesuffix(" AS BIGINT)"))
    return (whole + (offer.commission_existing_fen or 0)) / EFFECTS[OfferFamily(offer.family)].months


def _answers(offer: Offer, risk: str, fit: Fit) -> bool:
    warnings = {code for code, of in RISK_OF.items() if of == risk}
    if fit is Fit.PLAYBOOK:
        return bool(warnings & set(offer.kinds))
    return bool(warnings) and EFFECTS[OfferFamily(offer.family)].cure.get(risk, 0.0) >= CURES


def _look(
    operator: Operator, offers: tuple[Offer, ...], playbook: Playbook, fit: Fit
) -> tuple[pa.Array, Rows]:
    """The warned lines as the operator's next month begins, and their keys."""
    month, leaving = operator.month, operator.rates.leaving
    live = np.flatnonzero(
        (operator.lines.status < EXITED) & (operator.lines.pending < 0) & operator.lines.is_main
    )
    lines = operator.lines.take(live)
    risks = hazard.risks(lines, month, leaving)
    answers = np.array([[_answers(offer, risk, fit) for offer in offers] for risk in RISKS])
    kind, level = leading(lines, month, playbook)
    fits = np.where((kind >= 0)[:, None], answers[kind], False)
    at = np.flatnonzero(fits.any(axis=1))
    lines, risks, fits = lines.take(at), risks[:, at], fits[at]
    log = hazard.log_hazard(lines, risks, month, operator.place, leaving)
    risk = hazard.hazard(log, operator.intercept, lines, leaving).astype(np.float64)
    kept, agreed = np.zeros(fits.shape), np.zeros(fits.shape)
    for k, offer in enumerate(offers):
        family = hazard.FAMILIES.index(OfferFamily(offer.family))
        agreed[:, k] = REACHED * hazard.agree_rate(lines, risks, family)
        effect = hazard.effect(log, hazard.relief(lines, risks, family), operator.intercept, lines, leaving)
        kept[:, k] = risk * agreed[:, k] * effect
    usual = hazard.hazard(log - risks.sum(axis=0), operator.intercept, lines, leaving).astype(np.float64)
    months = (1 - (1 - usual) ** 12) / usual
    assert playbook.value is not None
    share = float(playbook.value.margins["MOBILE_MAIN"])
    rows = Rows(
        features=np.column_stack([v.astype(np.float64) for v in _features(lines, month).values()]),
        fits=fits,
        county=operator.place.unit_county[lines.home_unit].astype(np.int64),
        kind=kind[at],
        level=level[at],
        worth_fen=np.zeros(len(at)),
        risk=risk,
        kept=kept,
        agreed=agreed,
        true_worth_fen=lines.level * share * months,
    )
    return operator.user_ids().take(pa.array(live[at])), rows


def _features(lines: Lines, month: Month) -> dict[str, NDArray[np.generic]]:
    """What the extract shows of each line as the month begins: never frailty, nor a trait of the person."""
    day = day_number(month.first)

    def ahead(until: NDArray[np.int16]) -> Floats:
        return np.where(until == NEVER, np.nan, until.astype(np.float64) - day)

    return {
        "level": lines.level, "use": lines.use, "fall": lines.slow - lines.use, "silent": lines.silent,
        "lasts": np.where(lines.postpaid, np.nan, lines.balance * 30 / np.maximum(lines.level, 1)),
        "arrears_months": lines.arrears_months, "complaint": lines.complaint_open,
        "complaint_age": lines.complaint_age, "query_age": lines.query_age, "contract": lines.contract,
        "contract_end": ahead(lines.contract_end), "converged": lines.converged,
        "subsidy_end": ahead(lines.subsidy_end), "broadband_end": ahead(lines.broadband_end),
        "tenure": day - lines.open_day.astype(np.float64), "corporate": lines.corporate >= 0,
    }  # fmt: skip


def _worth(store: Store, playbook: Playbook, month: Month) -> dict[str, int]:
    """The product's value of each line by the operator's key, fen."""
    rows = store.rows(
        "SELECT subscriber_id, expected_margin_12_fen AS worth FROM v WHERE expected_margin_12_fen IS NOT NULL",
        inputs={"v": build_value(store, playbook, month)},
    )
    names = pa.concat_tables([pq.read_table(p.files, partitioning=None) for p in store.partitions(IDENTITY)])
    keys = dict(zip(names["subscriber_id"].to_pylist(), names["source_key"].to_pylist(), strict=True))
    return {keys[row["subscriber_id"]]: row["worth"] for row in rows}
