"""Sealed results of a month by hand: a model card, effects, value, uplift, a contest, for pages that read them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa

from weixi.engine import Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.assessment import LIFT
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.flow.score import (
    CHURN_SCORE,
    CONTACT,
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


def seal_card(store: Store, month: Month, seed: int = 7, **more: Any) -> dict[str, Any]:
    """The card of a month's churn score over `judged` rows; what it says."""
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
    seal(store, CHURN_SCORE, month, [], {"origin": str(seed), "card": card})
    return card


def effect(
    outcome: str,
    effect: float | None,
    half: float = 0.02,
    *,
    kind: str = "",
    county: str = "",
    horizon: int = 1,
) -> dict[str, Any]:
    """One row of LIFT: an effect with ± `half` for one look and twice that at every look; None: nothing is known."""
    known = effect is not None
    middle = effect or 0.0
    scale = 5_000.0 if outcome == "REVENUE" else 1.0
    return {
        "horizon": horizon,
        "outcome": outcome,
        "kind": kind,
        "county_code": county,
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
        "commission_fen": 36_000,
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
    store: Store, month: Month, counties: Sequence[str], kinds: Sequence[str]
) -> list[dict[str, Any]]:
    """Effects of all, of the warnings and of every county: of the third it is harm, of the last it is not known."""
    rows = []
    for horizon in (1, 3):
        for outcome in ("RETAINED", "REVENUE", *(("VERIFIED",) if horizon == 1 else ())):
            rows.append(effect(outcome, 0.052, horizon=horizon))
            rows += [
                effect(outcome, 0.03 - 0.02 * k, kind=kind, horizon=horizon) for k, kind in enumerate(kinds)
            ]
            known = [0.06, 0.01, -0.09]
            for k, county in enumerate(counties):
                found = None if k == len(counties) - 1 else known[k % len(known)]
                rows.append(effect(outcome, found, county=county, horizon=horizon))
    for row in rows:
        row |= {"first_month": Month.of(month.year, 1).number, "last_month": month.number}
    seal(store, LIFT, month, rows, {"other_rules": ["2024-12"], "has_plan": True})
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


def certificate(limits: int = 3) -> dict[str, Any]:
    """A plan's proof as its note keeps it: a budget that binds, a floor that does not, an idle limit of contacts."""

    def limit(code: str, kind: str, sense: str, bound: float, use: float, price: float) -> dict[str, Any]:
        return {
            "code": code,
            "name": {"zh": f"限额{code}", "en": f"limit {code}"},
            "kind": kind,
            "sense": sense,
            "bound": bound,
            "use": use,
            "price": price,
            "is_kept": True,
            "words": {"zh": f"限额{code}的价格", "en": f"price of {code}"},
        }

    return {
        "rows": 5_200,
        "bound_fen": 123_456_789.0,
        "value_fen": 123_400_000.0,
        "gap": (123_456_789.0 - 123_400_000.0) / 123_456_789.0,
        "full_passes": 7,
        "limits": [
            limit("contacts", "CONTACTS", "AT_MOST", 900, 850, 0.0),
            limit("money", "MONEY", "AT_MOST", 50_000_000, 49_990_000, 0.31),
            limit("floor", "FLOOR", "AT_LEAST", 120, 121, 0.0),
            *(limit(f"more{k}", "MINUTES", "AT_MOST", 6_000, 90, 0.01 + k * 1e-6) for k in range(limits - 3)),
        ],
        "beside": [
            {
                "code": "risk",
                "name": {"zh": "按风险排序", "en": "by risk"},
                "value_fen": 101_000_000.0,
                "broken": [],
            },
            {
                "code": "all",
                "name": {"zh": "人人都给", "en": "everybody"},
                "value_fen": 150_000_000.0,
                "broken": [{"zh": "限额money", "en": "limit money"}],
            },
        ],
        "curve": [
            {
                "limit": "money",
                "amount_fen": 25_000_000.0,
                "value_fen": 110_000_000.0,
                "bound_fen": 110_050_000.0,
            },
            {
                "limit": "money",
                "amount_fen": 75_000_000.0,
                "value_fen": 129_000_000.0,
                "bound_fen": 129_050_000.0,
            },
            {
                "limit": "money",
                "amount_fen": 50_000_000.0,
                "value_fen": 123_400_000.0,
                "bound_fen": 123_456_789.0,
            },
        ],
        "basis": {
            "measured_rows": 4_000,
            "assumed_rows": 1_000,
            "unknown_rows": 200,
            "left_alone_rows": 70,
            "drawn_rows": 55,
            "priced_rows": 5_150,
            "measured_value_fen": 100_000_000,
            "assumed_value_fen": 23_400_000,
            "unknown_value_fen": 0,
        },
    }


def seal_certificate(store: Store, month: Month, limits: int = 3) -> dict[str, Any]:
    """The plan's proof of that month, and the plan that stands on it; what its note says."""
    said = certificate(limits)
    made = seal(store, ALLOCATION, month, [], {"certificate": said})
    plan = store.require(PLAN, month=month.number)
    columns = ", ".join(f"p.{column.name}" for column in PLAN.columns)
    inputs = {"p": plan, "allocation": made}
    store.write(
        PLAN,
        {"month": month.number},
        f"SELECT {columns} FROM p",
        inputs=inputs,
        seal=True,
        note=plan.manifest.note,
    )
    return said


def seal_contradiction(store: Store, month: Month) -> None:
    """Limits of that month's plan that cannot be kept together."""
    short = {"code": "floor", "name": {"zh": "底线", "en": "floor"}, "amount": 40.0}
    words = {"zh": "底线：差 40 户", "en": "floor: short of 40 households"}
    said = {
        "shortages": [short | {"words": words}],
        "conflicting": [{"zh": "底线", "en": "floor"}, {"zh": "预算", "en": "budget"}],
        "proof": 0.2,
    }
    seal(store, ALLOCATION, month, [], {"infeasible": said})


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
