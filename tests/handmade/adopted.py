"""A book of February for the handmade tree: who may be named by a list from outside the plan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from handmade.desk import U11, W111, W112, W211, code_of
from handmade.dispatch import NODES
from handmade.tables import put, put_tree
from weixi.desk.dispatch.operations.adopt import Wanted
from weixi.engine import Store
from weixi.flow.book import FEATURE, IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.segment import LABEL
from weixi.kernel.terms import WarningLevel

BOOK = 202602
OWNERS: dict[int, str] = {
    **dict.fromkeys(range(1, 40), W111),
    4: W112,
    5: U11,
    6: W211,
    **dict.fromkeys(range(40, 50), W211),
    **dict.fromkeys(range(50, 60), U11),
}
HOUSEHOLDS = {20: 900, 21: 900, 22: 901}
"""The lines that share a household: 20 and 21; all others are alone."""
APPLIED = {30: date(2026, 2, 20)}
"""The lines that applied to port out, and when."""
TEST_LINE = 31


def put_book(store: Store, **given: dict[int, dict[str, Any]]) -> None:
    """The book of February: lines, features, labels, who looks after each, and who they are."""
    put_tree(store, BOOK, NODES)
    lines: Sequence[dict[str, Any]] = [
        {
            "subscriber_id": key,
            "household_id": HOUSEHOLDS.get(key),
            "party_id": 5000 + key,
            **({"line_use": "TEST"} if key == TEST_LINE else {}),
            **given.get("line", {}).get(key, {}),
        }
        for key in OWNERS
    ]
    put(store, SUBSCRIBER_MONTH, lines, month=BOOK)
    put(
        store,
        FEATURE,
        [
            {
                "subscriber_id": key,
                "revenue_3m_fen": 300_00 * 3,
                "complete_months": 3,
                "port_out_application_date": APPLIED.get(key),
            }
            for key in OWNERS
        ],
        month=BOOK,
    )
    put(
        store,
        LABEL,
        [
            {
                "subscriber_id": key,
                "grade": "KEY",
                "band": "B200",
                "stage": "STABLE",
                "cluster": "FAMILY",
                "category": "FAMILY",
                "rule_grade": "KEY",
            }
            for key in OWNERS
        ],
        month=BOOK,
    )
    put(
        store,
        ASSIGNMENT,
        [
            {
                "subscriber_id": key,
                "unit_code": _unit(path),
                "owner_code": None if path == U11 else code_of(path),
                "node_code": code_of(path),
                "rule": "attachment",
            }
            for key, path in OWNERS.items()
        ],
        month=BOOK,
    )
    put(
        store,
        IDENTITY,
        [
            {
                "month": BOOK,
                "subscriber_id": key,
                "source_key": f"K{key:06d}",
                "msisdn": f"130123{key:05d}",
                "name": "王小明",
            }
            for key in OWNERS
        ],
        month=BOOK,
    )


def _unit(path: str) -> str:
    return code_of(path) if path == U11 else code_of(path.removesuffix(f"{code_of(path)}/"))


def wanted(subscriber_id: int, **given: Any) -> Wanted:
    """One row of a list: the contract of the subscriber of that id is to be renewed until 6 March."""
    values: dict[str, Any] = {
        "kind": "external_list",
        "level": WarningLevel.YELLOW,
        "task_date": date(2026, 3, 6),
        "reason": "合约到期",
        "note": "",
        **given,
    }
    return Wanted(subscriber_id=subscriber_id, **values)
