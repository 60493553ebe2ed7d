"""A trial of contacts on the simulated operator: what an operator sees of each line, and what only the truth knows."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handmade.retention_trial import KnownTrial
from weixi.demo import hazard
from weixi.demo.lines import EXITED, NEVER, day_number
from weixi.demo.operator import Operator
from weixi.demo.rates import RISKS
from weixi.flow.score.uplift.sample import randomised
from weixi.kernel.period import Month
from weixi.kernel.terms import OfferFamily

ANSWERS = {
    "CONTRACT_END": OfferFamily.RECONTRACT,
    "SUBSIDY_END": OfferFamily.DEVICE_OFFER,
    "BROADBAND_END": OfferFamily.RECONTRACT,
    "RUN_OUT": OfferFamily.PREPAY_BONUS,
    "COMPLAINT": OfferFamily.SERVICE,
    "PORT_OUT_QUERY": OfferFamily.TARIFF,
}
"""What is offered against each risk."""

WARNED = 0.3
"""A risk that adds less to the log hazard warns of nobody."""


def operator_trial(subscribers: int, seed: int, held_share: float, folder: Path) -> KnownTrial:
    """Every line that a risk warns of, contacted but for the hold-out with the offer that answers its strongest risk.

    The features are what the extract shows: never frailty, price, gadget, service or aversion. The effect is the true
    fall of the month's hazard: the offer's effect where the person agrees, times the chance that he does.
    """
    operator = Operator(subscribers, seed, Month.of(2024, 10), out=folder / "extract")
    for _ in range(2):
        operator.advance(operator.month)
    lines = operator.lines
    month, leaving = operator.month, operator.rates.leaving
    answered = np.array([k for k, risk in enumerate(RISKS) if risk in ANSWERS])
    strength = hazard.risks(lines, month, leaving)[answered].max(axis=0)
    lines = lines.take(np.flatnonzero((lines.status < EXITED) & (lines.pending < 0) & (strength > WARNED)))
    rows = hazard.risks(lines, month, leaving)
    log = hazard.log_hazard(lines, rows, month, operator.place, leaving)
    kind = answered[rows[answered].argmax(axis=0)]
    families = np.array([hazard.FAMILIES.index(ANSWERS.get(risk, OfferFamily.SERVICE)) for risk in RISKS])
    family = families[kind].astype(np.int8)
    risk = hazard.hazard(log, operator.intercept, lines, leaving).astype(np.float64)
    kept = hazard.effect(log, hazard.relief(lines, rows, family), operator.intercept, lines, leaving)
    effect = risk * kept * hazard.agree_rate(lines, rows, family)
    rng = np.random.default_rng(seed)
    treated = rng.random(len(lines)) >= held_share
    stays = (rng.random(len(lines)) >= risk - np.where(treated, effect, 0)).astype(np.float64)

    day = day_number(month.first)

    def ahead(until: NDArray[np.int16]) -> NDArray[np.float64]:
        return np.where(until == NEVER, np.nan, until.astype(np.float64) - day)

    seen = {
        "level": lines.level, "use": lines.use, "fall": lines.slow - lines.use, "silent": lines.silent,
        "lasts": np.where(lines.postpaid, np.nan, lines.balance * 30 / np.maximum(lines.level, 1)),
        "arrears_months": lines.arrears_months, "complaint": lines.complaint_open, "query_age": lines.query_age,
        "contract": lines.contract, "contract_end": ahead(lines.contract_end), "converged": lines.converged,
        "subsidy_end": ahead(lines.subsidy_end), "broadband_end": ahead(lines.broadband_end),
        "tenure": day - lines.open_day.astype(np.float64), "corporate": lines.corporate >= 0, "main": lines.is_main,
        **{f"kind={RISKS[k]}": kind == k for k in answered},
    }  # fmt: skip
    features = np.column_stack([values.astype(np.float64) for values in seen.values()])
    return KnownTrial(
        randomised(features, tuple(seen), treated, stays, 1 - held_share), effect.astype(np.float64), risk
    )
