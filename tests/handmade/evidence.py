"""Sealed results of a month by hand: a model card, effects, value, uplift, a contest, for pages that read them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.assessment import LIFT, TUNING
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.score import (
    CHURN_SCORE,
    CONTACT,
    DAY_SCORE,
    EVENT_RISK,
    PROMOTION,
    SURVIVAL,
    VALUE_SCORE,
    effect_column,
    uplift_column,
    uplift_table,
)
from weixi.flow.score.churn.metric import calibration, measure
from weixi.kernel.period import Month
from weixi.playbook import Playbook


def seal(
    store: Store, table: Table, month: Month, rows: Sequence[Mapping[str, Any]], note: Mapping[str, Any] = {}
) -> Partition:
    """Those rows as the month's sealed partition; columns that a row leaves out are null."""
    made = pa.Table.from_pylist(list(rows), schema=arrow_schema(table))
    return store.put(
        table, {"month": month.number}, made.to_batches(), origin=repr((rows, note)), seal=True, note=note
    )


def judged(seed: int, rows: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Labels and chances out of fold of a model that knows something."""
    chance = np.random.default_rng(seed)
    true = chance.beta(1, 12, rows)
    label = (chance.random(rows) < true).astype(np.int64)
    return label, np.clip(true + chance.normal(0, 0.02, rows), 0.001, 0.999)


def seal_card(
    store: Store, month: Month, seed: int = 7, lines: Sequence[Mapping[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """The card of a month's churn score over `judged` rows, on the scores `lines`; what it says."""
    label, said = judged(seed)
    card = {
        "month": str(month),
        "months": [str(each) for each in month.plus(-3).back(3)],
        "gap_months": 1,
        "label_months": 2,
        "seed": 42,
        "rows": len(label),
        "leavers": int(label.sum()),
        "kept_share": 0.5,
        "figures": asdict(measure(label, said)),
        "calibration": [asdict(each) for each in calibration(label, said)],
        "members": [["regularised", 0.75, 1.0], ["splines", 0.25, 0.1], ["deep", 0.0, 2.0]],
        "left_out": ["catboost"],
        "refused": [
            [
                "days_to_contract_end",
                "AFTER",
                "有值的 90 行中 90 行离网",
                "filled in 90 rows, of which 90 left",
            ]
        ],
        "recipe": "stack",
        "appointed": "CONTEST",
        "drift": [["bill_fen", 0.31], ["tenure_months", 0.12], ["data_kb", 0.04]],
        "score_drift": 0.06,
        "versions": {"lightgbm": "4.7.0"},
        "inputs": ["subscriber_month month=1 r1 abc"],
        "playbook": "f" * 64,
    } | more
    seal(store, CHURN_SCORE, month, lines, {"origin": str(seed), "card": card})
    return card


def seal_warnings(store: Store, playbook: Playbook, month: Month, seed: int = 7) -> None:
    """Scores of the month's main cards with a reason each, what events say, and two lines that an event raised.

    Scores are drawn, and higher for who is gone two months later, where the book knows it: a model of some use.
    """
    ids = [
        row["subscriber_id"]
        for row in store.rows(
            "SELECT subscriber_id FROM l WHERE service_status = 'IN_SERVICE' AND line_type = 'MOBILE_MAIN'",
            inputs={"l": store.require(SUBSCRIBER_MONTH, month=month.number)},
        )
    ]
    later = store.current(SUBSCRIBER_MONTH, month=month.plus(2).number)
    left = (
        store.rows("SELECT subscriber_id FROM l WHERE exit_date IS NOT NULL", inputs={"l": later})
        if later
        else []
    )
    gone = {row["subscriber_id"] for row in left}
    drawn = np.random.default_rng(seed).random(len(ids))
    rank = {line: draw + 0.5 * (line in gone) for line, draw in zip(sorted(ids), drawn, strict=True)}
    ids = sorted(ids, key=lambda line: rank[line])
    plain = [f"{kind}.{code}" for (kind, code), each in playbook.reasons.items() if not each.columns]
    lines = [
        {
            "subscriber_id": line,
            "score": 100 * place // len(ids),
            "probability_ppm": 2_000 + 90 * place,
            "reason_1": plain[place % len(plain)],
        }
        for place, line in enumerate(ids)
    ]
    seal_card(store, month, seed, sorted(lines, key=lambda line: line["subscriber_id"]))
    whole = {"all_count": 9_000, "all_soon_count": 45, "all_left_count": 270}
    seal(
        store,
        EVENT_RISK,
        month,
        [
            whole
            | dict(
                zip(
                    ("event_type", "line_count", "soon_count", "left_count", "ratio", "low"),
                    told,
                    strict=True,
                )
            )
            for told in (("PORT_OUT_QUERY", 200, 90, 150, 9.0, 6.0), ("COMPLAINT", 180, 1, 7, 1.1, 0.6))
        ],
        {"origin": "by hand"},
    )
    first = month.plus(1).first
    raised = [
        {"subscriber_id": line, "event_type": "PORT_OUT_QUERY", "event_date": first, "month_score": 0, "score": 99,
         "probability_ppm": 450_000}
        for line in ids[:2]
    ]  # fmt: skip
    made = pa.Table.from_pylist(raised, schema=arrow_schema(DAY_SCORE))
    key = {"month": month.plus(1).number, "day": first.isoformat()}
    store.put(DAY_SCORE, key, made.to_batches(), origin=repr(raised), seal=True)


SCALES = {
    "REVENUE": 5_000.0,
    "NET": 4_000.0,
    "MARGIN": 2_000.0,
    "VALUE": 25_000.0,
    "TENURE": 1_000.0,
    "LIFE": 30_000.0,
    "SPAN": 31_000.0,
}
"""The size of an outcome that is no rate: fen, or thousandths of a month."""


def effect(
    outcome: str,
    effect: float | None,
    half: float = 0.02,
    *,
    kind: str = "",
    county: str = "",
    entry: int = 0,
    horizon: int = 1,
) -> dict[str, Any]:
    """One row of LIFT: an effect with ± `half` for one look and twice that at every look; None: nothing is known."""
    known = effect is not None
    middle = effect or 0.0
    scale = SCALES.get(outcome, 1.0)
    return {
        "horizon": horizon,
        "outcome": outcome,
        "kind": kind,
        "county_code": county,
        "entry_month": entry,
        "first_month": 202501,
        "last_month": 202502,
        "household_count": 1_000,
        "undrawn_count": 100,
        "small_count": 20,
        "held_count": 220 if known else 0,
        "treated_count": 660 if known else 0,
        "planned_count": 660,
        "contacted_count": 528,
        "taker_count": 120,
        "taker_past_fen": 120 * 3 * 4_000,
        "taker_revenue_fen": 120 * horizon * 4_400,
        "offer_cost_fen": 150_000,
        "handset_cost_fen": 60_000,
        "commission_fen": 36_000,
        "contact_count": 900,
        "contact_cost_fen": 321_000,
        "held_mean": 0.9 * scale if known else None,
        "treated_mean": (0.9 + middle) * scale if known else None,
        "effect": middle * scale if known else None,
        "low": (middle - half) * scale if known else None,
        "high": (middle + half) * scale if known else None,
        "always_low": (middle - 2 * half) * scale if known else None,
        "always_high": (middle + 2 * half) * scale if known else None,
        "plain_effect": middle * scale if known else None,
        "removed_share": 0.1 if known else None,
        "detectable": 0.03 * scale,
        "draw_p_value": 0.4 if known else None,
    }


def seal_lift(
    store: Store, month: Month, counties: Sequence[str], kinds: Sequence[str], *, is_asked: bool = True
) -> list[dict[str, Any]]:
    """Effects of all, of the warnings, of every county and month of entry, at 1 and 3 months; of all also at 2.

    That of the third county is harm, that of the last is not known. `is_asked`: there is a survey of satisfaction.
    """
    rows = []
    for horizon in (1, 2, 3):
        answers = ("SATISFIED", "RECOMMENDS") if is_asked else ()
        for outcome in ("RETAINED", *SCALES, *answers, *(("VERIFIED",) if horizon == 1 else ())):
            rows.append(effect(outcome, 0.05 + 0.002 * horizon, horizon=horizon))
            if horizon == 2:
                continue
            rows += [
                effect(outcome, 0.03 - 0.02 * k, kind=kind, horizon=horizon) for k, kind in enumerate(kinds)
            ]
            entries = [Month.of(month.year, 1).number, month.number][: 1 if horizon > 1 else 2]
            rows += [effect(outcome, 0.04, entry=entry, horizon=horizon) for entry in sorted(set(entries))]
            known = [0.06, 0.01, -0.09]
            for k, county in enumerate(counties):
                found = None if k == len(counties) - 1 else known[k % len(known)]
                rows.append(effect(outcome, found, county=county, horizon=horizon))
    for row in rows:
        row |= {"first_month": Month.of(month.year, 1).number, "last_month": month.number}
    seal(store, LIFT, month, rows, {"other_rules": ["2024-12"], "has_plan": True})
    return rows


def seal_tuning(store: Store, month: Month, playbooks: Sequence[str]) -> list[dict[str, Any]]:
    """A course of as many months up to `month` as there are playbooks; of the first nothing is known."""
    rows: list[dict[str, Any]] = []
    for place, (entry, playbook) in enumerate(zip(month.back(len(playbooks)), playbooks, strict=True)):
        row = {
            "entry_month": entry.number,
            "playbook": playbook,
            "held_count": 100 + place,
            "treated_count": 900,
            "planned_count": 900,
            "contacted_count": 720,
            "held_lost_rate": 0.04 + 0.01 * place,
            "pool_count": 20_000,
            "pool_lost_count": 400,
            "effect": 0.01 * place,
            "low": 0.01 * place - 0.012,
            "high": 0.01 * place + 0.012,
        }
        unknown = dict.fromkeys(("held_lost_rate", "effect", "low", "high"))
        rows.append(row if place else row | unknown | {"held_count": 0})
    seal(store, TUNING, month, rows, {"origins": {}})
    return rows


def seal_value(store: Store, month: Month) -> None:
    """Two strata and four lines, one of which has no complete month."""
    strata = [("MOBILE_MAIN:B1:M3/T24", 1_000, 20, 11_000), ("BROADBAND:B1:M3/T24", 500, 5, 11_500)]
    seal(
        store,
        SURVIVAL,
        month,
        [
            {
                "stratum": stratum,
                "exposed_count": exposed,
                "left_count": left,
                "leaving_ppm": 20_000,
                "months_12_milli": months,
                "months_12_low_milli": months - 400,
                "months_12_high_milli": months + 300,
                "life_milli": 30_000,
                "life_low_milli": 28_000,
                "life_high_milli": 32_000,
            }
            for stratum, exposed, left, months in strata
        ],
        {"months": [each.number for each in month.back(2)]},
    )
    seal(
        store,
        VALUE_SCORE,
        month,
        [
            {
                "subscriber_id": number,
                "stratum": "MOBILE_MAIN:B1:M3/T24",
                "expected_months_12_milli": 11_000,
                "remaining_life_milli": 30_000,
                "margin_fen": None if number == 4 else 2_000,
                "expected_margin_12_fen": None if number == 4 else 22_000 + number,
            }
            for number in (1, 2, 3, 4)
        ],
        {"playbook": "f" * 64},
    )


def seal_uplift(store: Store, playbook: Playbook, month: Month) -> dict[str, Any]:
    """Contact is known to help, the first offer is not known; no row."""
    unknown = {
        "effect": "UNKNOWN",
        "zh": "只有风险，效果未知：方案没有留白组",
        "en": "risk only, effect unknown: nobody is held out",
    }
    arms: dict[str, Any] = {offer.code: unknown for offer in playbook.offers}
    arms["contact"] = {
        "learner": "x_learner",
        "basis": "GIVEN",
        "qini": 0.0041,
        "qini_se": 0.0012,
        "mean_effect": 0.034,
        "treated": 5_000,
        "control": 400,
    }
    seal(store, uplift_table(playbook), month, [], {"arms": arms})
    return arms


def seal_effects(
    store: Store, playbook: Playbook, month: Month, effects: Mapping[int, tuple[str, int | None]]
) -> None:
    """The uplift of contact on those lines: (effect, ppm); nothing is known of any offer."""
    rows = [
        {"subscriber_id": line, effect_column(CONTACT): effect, uplift_column(CONTACT): ppm}
        | {effect_column(offer.code): "UNKNOWN" for offer in playbook.offers}
        for line, (effect, ppm) in sorted(effects.items())
    ]
    arms = seal_uplift(store, playbook, month.plus(-1))
    seal(store, uplift_table(playbook), month, rows, {"arms": arms})


def seal_contest(store: Store, month: Month) -> None:
    """The stack takes over from the single model."""
    whole = {
        "champion": "single",
        "in_office": "stack",
        "row_count": 4_000,
        "line_count": 2_000,
        "leaver_count": 300,
        "needed": 2.4,
    }
    first = {
        "recipe": "single",
        "verdict": "CHAMPION",
        "gain": 0.0,
        "gain_error": 0.0,
        "profit_fen": 500_000.0,
    }
    second = {
        "recipe": "stack",
        "verdict": "PROMOTED",
        "gain": 0.0021,
        "gain_error": 0.0006,
        "profit_fen": 545_000.0,
    }
    money = {
        "profit_gain_fen": 45_000.0,
        "profit_low_fen": -5_000.0,
        "profit_high_fen": 95_000.0,
        "contacted_rate": 0.125,
    }
    none = {"profit_gain_fen": 0.0, "profit_low_fen": 0.0, "profit_high_fen": 0.0, "contacted_rate": 0.1}
    absent = {"trio": "BUDGET", "catboost": "LIBRARY", "stack_catboost": "LIBRARY"}
    rows = [whole | first | none, whole | second | money]
    seal(store, PROMOTION, month, rows, note={"left_out": absent})


def proposal(code: str, path: str, now: str, new: str, outcome: str = "BETTER") -> dict[str, Any]:
    """One row of PROPOSAL: a warning's threshold."""
    return {
        "code": code,
        "kind": "THRESHOLD",
        "outcome": outcome,
        "file": "work_plan.toml",
        "line": 12,
        "path": path,
        "value_now": now,
        "value_proposed": new,
        "unit_zh": "天",
        "unit_en": "days",
        "text_zh": f"建议{code}：{path}",
        "text_en": f"proposal {code}: {path}",
        "evidence_zh": "两半户数都成立",
        "evidence_en": "it holds in both halves",
        "figures": json.dumps({"households": 4_321}),
        "effect": 1_234_500.0 if outcome == "BETTER" else None,
        "low": 200_000.0 if outcome == "BETTER" else None,
        "high": 2_269_000.0 if outcome == "BETTER" else None,
        "effect_unit": "FEN_A_MONTH" if outcome == "BETTER" else "",
        "ground": "MEASURED",
    }
