"""A small operator's lines over some months, whose stays, ends and leavings a hash of line and month decides."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from handmade.tables import put
from weixi.engine import Store
from weixi.flow.book import SUBSCRIBER_MONTH, build_feature
from weixi.kernel.period import Month

KINDS = ("MOBILE_MAIN", "MOBILE_MAIN", "MOBILE_SECONDARY", "BROADBAND")
STATUSES = ("IN_SERVICE",) * 9 + ("ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL")


def luck(*of: object) -> int:
    """A whole number from 0 to 999 that depends on these alone."""
    return int(sha256(repr(of).encode()).hexdigest()[:8], 16) % 1000


def lines_of(first: Month, months: int, count: int) -> dict[Month, list[dict[str, Any]]]:
    """The rows of each month; some lines come late, some leave, some records are refused, some are no customers'."""
    gone: set[int] = set()
    made: dict[Month, list[dict[str, Any]]] = {}
    for k in range(months):
        month = first.plus(k)
        rows = []
        for n in range(1, count + 1):
            if k < luck("comes", n) % 3:
                continue
            out = luck(n, k) < 60
            if out:
                gone.add(n)
            term = luck("term", n) % 30 - 6
            kind = KINDS[n % 4]
            ends = first.plus(term).first if luck("bound", n) < 700 else None
            rows.append(
                {
                    "subscriber_id": n,
                    "line_type": kind,
                    "line_use": "TEST" if n % 41 == 0 else "COMMERCIAL",
                    "service_status": "EXITED" if n in gone else STATUSES[luck("status", n, k) % 13],
                    "exit_date": month.last if n in gone else None,
                    "is_carried": luck("refused", n, k) < 40,
                    "open_date": None if n % 29 == 0 else first.first - timedelta(days=2 * luck("open", n)),
                    "contract_end_date": None if kind == "BROADBAND" else ends,
                    "broadband_end_date": ends
                    if kind == "BROADBAND"
                    else date(2030, 1, 1)
                    if n % 17 == 0
                    else None,
                    "bill_fen": None if n % 37 == 0 else 1_000 + 37 * luck("bill", n, k),
                }
            )
        made[month] = rows
    return made


def put_lives(store: Store, first: Month, months: int, count: int) -> dict[Month, list[dict[str, Any]]]:
    """Writes them into the book, with the features of the last month; what was written."""
    made = lines_of(first, months, count)
    for month, rows in made.items():
        put(store, SUBSCRIBER_MONTH, rows, month=month.number)
    build_feature(store, first.plus(months - 1))
    return made
