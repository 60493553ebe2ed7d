"""Customers on the handmade tree: a small book under the desk's home."""

from pathlib import Path
from typing import Any

from django.conf import settings

from handmade.desk import D1, U11, W111, W112, W211, C, code_of
from handmade.dispatch import NODES
from handmade.tables import put, put_tree
from weixi.desk.base.book import store
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT

BOOK_MONTH = 202602
PLACES = {1: W111, 2: W111, 3: W112, 4: U11, 5: W211, 6: D1, 7: C}
"""Subscriber → the node that answers for it; who has a unit and no owner is in the unit's pool."""

NUMBERS = {k: f"1301234{5670 + k}" for k in PLACES}
NAMES = {1: "王小明", 2: "王丽", 3: "李强", 4: "赵敏", 5: "王小红", 6: "陈东", 7: "周南"}


def assigned(subscriber_id: int, path: str) -> dict[str, Any]:
    """The assignment of the subscriber to the node at that path."""
    node = code_of(path)
    is_owner = node.startswith("W")
    return {
        "subscriber_id": subscriber_id,
        "unit_code": code_of(path.removesuffix(f"{node}/")) if is_owner else node,
        "owner_code": node if is_owner else None,
        "node_code": node,
        "rule": "attachment",
    }


def settle(
    home: Path,
    places: dict[int, str] = PLACES,
    numbers: dict[int, str] = NUMBERS,
    names: dict[int, str] = NAMES,
) -> None:
    """Make the folder the desk's home, with those customers in it."""
    settings.HOME = home
    put_tree(store(), BOOK_MONTH, NODES)
    lines = [{"subscriber_id": k, "month": BOOK_MONTH} for k in places]
    put(store(), SUBSCRIBER_MONTH, lines, month=BOOK_MONTH)
    put(store(), ASSIGNMENT, [assigned(k, path) for k, path in places.items()], month=BOOK_MONTH)
    put(
        store(),
        IDENTITY,
        [
            {
                "subscriber_id": k,
                "month": BOOK_MONTH,
                "source_key": f"K{k}",
                "msisdn": numbers[k],
                "name": names[k],
            }
            for k in places
        ],
        month=BOOK_MONTH,
    )
