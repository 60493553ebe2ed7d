"""A plan's certificate, and limits that contradict each other, sealed for the pages of evidence."""

from typing import Any

from handmade.evidence import seal
from weixi.engine import Store
from weixi.flow.decision import ALLOCATION, PLAN
from weixi.kernel.period import Month


def certificate(limits: int = 3) -> dict[str, Any]:
    """A plan's proof as its note keeps it: a budget that binds, a floor that does not, an idle limit of contacts.

    Each further limit is the hours of one more county, the later the dearer.
    """

    def limit(
        code: str, zh: str, en: str, kind: str, sense: str, bound: float, use: float, price: float
    ) -> dict[str, Any]:
        more = f"每增加 1 元，可多保 ¥{price:.2f}" if kind == "MONEY" else "：不紧，放宽也不增值"
        worth = f": one more yuan is worth ¥{price:.2f}" if kind == "MONEY" else ": not binding"
        return {
            "code": code,
            "name": {"zh": zh, "en": en},
            "kind": kind,
            "sense": sense,
            "bound": bound,
            "use": use,
            "price": price,
            "is_kept": True,
            "words": {"zh": f"{zh}{more}", "en": f"{en}{worth}"},
        }

    def hours(k: int) -> dict[str, Any]:
        name = (f"{k + 1} 号县客服工时", f"agents' hours of county {k + 1}")
        return limit(f"more{k}", *name, "MINUTES", "AT_MOST", 6_000, 90, 0.01 + k * 1e-6)

    return {
        "rows": 5_200,
        "bound_fen": 123_458_370.0,
        "value_fen": 123_400_000.0,
        "gap": (123_458_370.0 - 123_400_000.0) / 123_458_370.0,
        "full_passes": 7,
        "limits": [
            limit("contacts", "全部联系次数", "contacts", "CONTACTS", "AT_MOST", 900, 850, 0.0),
            limit(
                "money",
                "全部优惠费用",
                "money of all offers",
                "MONEY",
                "AT_MOST",
                50_000_000,
                49_990_000,
                0.31,
            ),
            limit(
                "floor",
                "重要客户付费优惠户数",
                "key customers with a paid offer",
                "FLOOR",
                "AT_LEAST",
                120,
                121,
                0.0,
            ),
            *(hours(k) for k in range(limits - 3)),
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
                "broken": [{"zh": "全部优惠费用", "en": "money of all offers"}],
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
                "bound_fen": 123_458_370.0,
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
