"""KPIs and outcomes of a whole home folder, recomputed row by row in plain Python from the stored inputs.

Nothing of the product computes here: no SQL, no calibre text, no success test, no feature and no cohort of the
product is read. Read are the book, the tree, who looks after whom, the plan, the facts and the events.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

Row = Mapping[str, Any]
Pair = tuple[int, int]
Add = Callable[[str, str, int, int, str], None]
"""Takes a calibre's code, the node, numerator and denominator, and the line or task that they are counted of."""

ALIVE = {"IN_SERVICE", "ONE_WAY_STOPPED", "TWO_WAY_STOPPED", "SUSPENDED", "PENDING_CANCEL"}
EXITS = ("PORTED_OUT", "CANCELLED", "DEBT_CANCELLED", "FRAUD_CLOSED", "UNLISTED")
HIGH_FEN = 8_000
DEPOSIT_FEN = 5_000
BOOK = [
    "subscriber_id",
    "household_id",
    "party_id",
    "line_type",
    "line_use",
    "service_status",
    "exit_type",
    "is_carried",
    "open_date",
    "payment_type",
    "customer_kind",
    "contract_kind",
    "unit_code",
    "owner_code",
    "bill_fen",
    "suspect_level",
    "balance_fen",
    "arrears_fen",
    "call_count",
    "data_kb",
    "sms_count",
    "contract_end_date",
    "subsidy_end_date",
    "broadband_end_date",
    "has_open_complaint",
]


def month_plus(month: int, count: int) -> int:
    """The YYYYMM so many months later."""
    index = month // 100 * 12 + month % 100 - 1 + count
    return index // 12 * 100 + index % 12 + 1


def first_day(month: int) -> date:
    return date(month // 100, month % 100, 1)


class Operator:
    """One home folder, read as needed; the newest revision of each partition counts."""

    def __init__(self, home: Path) -> None:
        self.tables = home / "tables"
        self._books: dict[int, dict[int, Row]] = {}

    def rows(self, table: str, month: int, columns: list[str] | None = None) -> list[Row] | None:
        folder = self.tables / table / f"month={month}"
        revisions = (
            sorted((int(path.name[1:]), path) for path in folder.glob("r*")) if folder.exists() else []
        )
        if not revisions:
            return None
        files = sorted(revisions[-1][1].glob("part-*.parquet"))
        return [row for file in files for row in pq.read_table(file, columns=columns).to_pylist()]

    def book(self, month: int) -> dict[int, Row]:
        """Subscriber → its row; empty where the month is not there."""
        if month not in self._books:
            rows = self.rows("subscriber_month", month, BOOK) or []
            self._books[month] = {row["subscriber_id"]: row for row in rows}
        return self._books[month]

    @cached_property
    def book_months(self) -> list[int]:
        return sorted(
            int(path.name.split("=")[1]) for path in (self.tables / "subscriber_month").glob("month=*")
        )

    def above(self, month: int) -> dict[str, list[str]]:
        """Node → itself and every node above it, by the newest tree that holds in the month."""
        trees = [int(path.name.split("=")[1]) for path in (self.tables / "org_node").glob("month=*")]
        nodes = self.rows("org_node", max(tree for tree in trees if tree <= month)) or []
        parent = {node["node_code"]: node["parent_code"] for node in nodes}
        chains = {}
        for code in parent:
            chain, step = [], code
            while step is not None:
                chain.append(step)
                step = parent[step]
            chains[code] = chain
        return chains

    def is_high(self, subscriber: int, month: int) -> bool:
        """In service and billed, no suspect, mean bill of the complete months among the last three ≥ 80 yuan."""
        row = self.book(month).get(subscriber)
        if (
            row is None
            or suspect(row)
            or not counted(row)
            or not in_service(row)
            or not (row["bill_fen"] or 0) > 0
        ):
            return False
        bills = []
        for each in (month, month_plus(month, -1), month_plus(month, -2)):
            past = self.book(each).get(subscriber)
            if past is None or past["is_carried"] or past["bill_fen"] is None:
                continue
            if past["open_date"] is not None:
                complete = past["open_date"] < first_day(each)
            else:
                window = [m for m in self.book_months if month_plus(month, -11) <= m < each]
                complete = any(subscriber in self.book(m) for m in window)
            if complete:
                bills.append(past["bill_fen"])
        return bool(bills) and sum(bills) >= HIGH_FEN * len(bills)


def counted(row: Row) -> bool:
    return bool(row["line_type"] == "MOBILE_MAIN" and row["line_use"] == "COMMERCIAL")


def in_service(row: Row | None) -> bool:
    if row is None or row["exit_type"] == "PORTED_OUT":
        return False
    return row["service_status"] in ALIVE and row["line_use"] == "COMMERCIAL"


def suspect(row: Row | None) -> bool:
    return row is not None and (row["suspect_level"] or 0) >= 2


def oracle_kpi(
    home: Path, month: int, until: int | None = None, without: frozenset[int] = frozenset()
) -> dict[tuple[str, str], Pair]:
    """(calibre id, node) → (numerator, denominator), every calibre at every node of the month's tree.

    Events and facts count up to the month `until` (default: the month after, for windows that reach on). The
    subscribers in `without`, and tasks that they lead, count nowhere.
    """
    operator = Operator(home)
    above = operator.above(month)
    totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(code: str, node: str, numerator: int, denominator: int, row: str) -> None:
        for each in above[node]:
            total = totals[f"{code}@1", each]
            total[0] += numerator
            total[1] += denominator

    _count(operator, home, month, until, above, add, without)
    return {
        (code, node): (totals[code, node][0], totals[code, node][1])
        for code in {code for code, _ in totals}
        for node in above
    }


def oracle_rows(home: Path, month: int) -> dict[str, dict[str, Pair]]:
    """Calibre id → line or task → what the calibre counts of it, (numerator, denominator), where it counts anything."""
    operator = Operator(home)
    found: dict[str, dict[str, Pair]] = defaultdict(dict)

    def add(code: str, node: str, numerator: int, denominator: int, row: str) -> None:
        if numerator or denominator:
            found[f"{code}@1"][row] = (int(numerator), int(denominator))

    _count(operator, home, month, None, operator.above(month), add, frozenset())
    return found


def _count(
    operator: Operator,
    home: Path,
    month: int,
    until: int | None,
    above: Mapping[str, list[str]],
    add: Add,
    without: frozenset[int],
) -> None:
    _lines(operator, month, above, add, without)
    leads = {row["task_id"]: row["subscriber_id"] for row in operator.rows("plan", month) or []}
    outcomes = oracle_outcome(home, month, until)
    _tasks({task: row for task, row in outcomes.items() if leads[task] not in without}, above, add)


def _place(above: Mapping[str, list[str]], *candidates: str | None) -> str:
    """The first candidate that the tree has, else the top."""
    for node in candidates:
        if node is not None and node in above:
            return node
    return min(node for node, chain in above.items() if len(chain) == 1)


def _lines(
    operator: Operator, month: int, above: Mapping[str, list[str]], add: Add, without: frozenset[int]
) -> None:
    date_0 = (month // 100 - 1) * 100 + 12
    months = month % 100
    base, before, now = operator.book(date_0), operator.book(month_plus(month, -1)), operator.book(month)
    after_date_0 = first_day(month_plus(date_0, 1))
    assigned = {row["subscriber_id"]: row for row in operator.rows("assignment", month) or []}
    assigned_then = {row["subscriber_id"]: row for row in operator.rows("assignment", date_0) or []}
    for subscriber in base.keys() | before.keys() | now.keys():
        row, then, last = now.get(subscriber), base.get(subscriber), before.get(subscriber)
        if suspect(row) or subscriber in without:
            continue
        was_sealed = then is not None and counted(then) and in_service(then) and not suspect(then)
        in_s0 = was_sealed and operator.is_high(subscriber, date_0)
        alive, here = in_service(row), row is not None and counted(row)
        high = operator.is_high(subscriber, month)
        billed = alive and row is not None and (row["bill_fen"] or 0) > 0
        listed_then = then is not None and then["service_status"] != "PROSPECT"
        opened = row["open_date"] if row is not None else None
        existed = listed_then or (opened is not None and opened < after_date_0)
        opening = last is not None and counted(last) and in_service(last)
        high_before = last is not None and operator.is_high(subscriber, month_plus(month, -1))
        prospect = row is not None and row["service_status"] == "PROSPECT"
        new = here and opened is not None and opened >= after_date_0 and not prospect
        how = None if alive else ((row["exit_type"] if row is not None else None) or "UNLISTED")
        who, who_then = assigned.get(subscriber), assigned_then.get(subscriber)
        if who is not None:
            node = _place(above, who["node_code"], who["unit_code"])
        elif was_sealed and who_then is not None:
            node = _place(above, who_then["owner_code"], who_then["unit_code"])
        else:
            node = _place(above)

        def rate(
            code: str, numerator: int, denominator: int, at: str = node, name: str = str(subscriber)
        ) -> None:
            if numerator or denominator:
                add(code, at, int(numerator), int(denominator), name)

        retention, churn = "dynamic_retention_rate", "churn_rate"
        rate(f"{retention}.existing", high and existed, in_s0)
        rate(f"{retention}.with_new", high, in_s0)
        rate(f"{retention}.static_in_service", in_s0 and alive, in_s0)
        rate(f"{retention}.static_billed", in_s0 and billed, in_s0)
        rate(f"{retention}.static_value", in_s0 and high, in_s0)
        rate(f"{retention}.rolling", high_before and high, high_before)
        rate(f"{retention}.exits", in_s0 and not alive, in_s0)
        rate(f"{retention}.fell", in_s0 and alive and not high, in_s0)
        rate(f"{retention}.rose", high and existed and not in_s0, in_s0)
        rate(f"{retention}.joined_high", high and not existed, in_s0)
        gone = was_sealed and not alive
        for kind in EXITS:
            rate(f"{retention}.exits_{kind.lower()}", in_s0 and how == kind, in_s0)
            rate(f"{churn}.{kind.lower()}", gone and how == kind, was_sealed)
        rate(f"{churn}.gross", gone, was_sealed)
        rate(f"{churn}.net", int(was_sealed) - int(here and alive and existed), was_sealed)
        billed_then = was_sealed and then is not None and (then["bill_fen"] or 0) > 0
        rate(f"{churn}.net_billed", int(billed_then) - int(here and billed and existed), billed_then)
        lost = opening and not alive
        rate(f"{churn}.monthly_opening", lost, opening)
        rate(f"{churn}.monthly_closing", lost, here and alive)
        rate(f"{churn}.monthly_mean", 2 * lost, int(opening) + int(here and alive))
        rate(f"{churn}.monthly_average", gone, months * was_sealed)
        rate(f"{churn}.arpu80", in_s0 and not alive, in_s0)
        rate(f"{churn}.new_lines", new and not alive, new)
        if was_sealed and then is not None:
            for split, column, word in (
                ("prepaid", "payment_type", "PREPAID"),
                ("postpaid", "payment_type", "POSTPAID"),
                ("enterprise", "customer_kind", "ENTERPRISE"),
                ("public", "customer_kind", "PUBLIC"),
                ("handset_lease", "contract_kind", "HANDSET_LEASE"),
            ):
                rate(f"{churn}.{split}", gone and then[column] == word, then[column] == word)
        if in_s0 and then is not None:
            rate("revenue_retention_rate.base", (row["bill_fen"] or 0) if row else 0, then["bill_fen"] or 0)


def _tasks(outcomes: Mapping[str, Row], above: Mapping[str, list[str]], add: Add) -> None:
    for key, task in outcomes.items():
        if not task["is_assessed"]:
            continue
        node, name = _place(above, task["node_code"]), "warning_task_completion_rate"
        if task["is_holdout"]:
            if not task["is_withdrawn"]:
                add(f"{name}.holdout", node, task["is_verified"], 1, key)
            continue
        add(f"{name}.handled", node, task["is_handled"], 1, key)
        add(f"{name}.contacted", node, task["is_reached"], 1, key)
        add(f"{name}.retained", node, task["is_retained"], 1, key)
        if not task["is_withdrawn"]:
            add(f"{name}.verified", node, task["is_verified"], 1, key)
            add(
                f"{name}.cured_without_contact",
                node,
                task["is_verified"] and not task["is_contacted"],
                1,
                key,
            )


def oracle_outcome(home: Path, month: int, until: int | None = None) -> dict[str, dict[str, Any]]:
    """Task → its outcome, from the plan of the month; the success tests of the shipped plans, in Python."""
    operator = Operator(home)
    last = until or month_plus(month, 1)
    events: dict[int, list[Row]] = defaultdict(list)
    facts: dict[str, list[Row]] = defaultdict(list)
    for each in sorted({month, last}):
        for event in operator.rows("event", each) or []:
            events[event["subscriber_id"]].append(event)
        for fact in operator.rows("fact", each) or []:
            facts[fact["task_id"]].append(fact)
    was, now = operator.book(month_plus(month, -1)), operator.book(month)
    applied = _applied(was, events)
    found = {}
    for task in operator.rows("plan", month) or []:
        line, end = task["subscriber_id"], task["window_end_date"]
        done = {
            fact["fact_type"]
            for fact in facts[task["task_id"]]
            if (fact["happened_at"] + timedelta(hours=8)).date() < end
        }
        inside = [e for e in events[line] if task["window_start_date"] <= e["event_date"] < end]
        reached = bool(done & {"REACHED", "REFUSED", "AGREED"})
        found[task["task_id"]] = {
            "node_code": task["node_code"],
            "is_assessed": task["is_assessed"],
            "is_holdout": task["is_holdout"],
            "is_withdrawn": task["withdrawn_rule"] is not None
            or "WITHDRAWN" in done
            or any(task["window_start_date"] <= day < end for day in applied[task["household_key"]]),
            "is_handled": "TICKED" in done,
            "is_reached": reached,
            "is_contacted": reached or "ATTEMPTED" in done,
            "is_retained": _alive(now.get(line)),
            "is_verified": _succeeded(task["kind"], was.get(line, {}), now.get(line, {}), inside),
        }
    return found


def _applied(was: Mapping[int, Row], events: Mapping[int, list[Row]]) -> dict[str, list[date]]:
    """Household → the days on which a line in service of it, or of its people elsewhere, applied for port-out."""

    def household(line: int) -> str:
        number = was[line]["household_id"]
        return f"S{line}" if number is None else f"H{number}"

    found: dict[str, list[date]] = defaultdict(list)
    for line, happened in events.items():
        days = [e["event_date"] for e in happened if e["event_type"] == "PORT_OUT_APPLICATION"]
        if not days or not _alive(was.get(line)):
            continue
        party = was[line]["party_id"]
        beside = [each for each, row in was.items() if party is not None and row["party_id"] == party]
        for each in {line, *beside}:
            found[household(each)] += days
    return found


def _alive(row: Row | None) -> bool:
    return row is not None and row["service_status"] in ALIVE and row["line_use"] == "COMMERCIAL"


def _succeeded(kind: str, was: Row, now: Row, inside: Iterable[Row]) -> bool:
    """The success test of one warning of the shipped plan."""
    happened: dict[str, int] = defaultdict(int)
    money: dict[str, int] = defaultdict(int)
    for event in inside:
        happened[event["event_type"]] += 1
        money[event["event_type"]] += event["amount_fen"] or 0
    alive = _alive(now or None)

    def later(column: str) -> bool:
        before, after = was.get(column), now.get(column)
        return before is not None and after is not None and after > before

    def grew(column: str) -> bool:
        before, after = was.get(column), now.get(column)
        return before is not None and after is not None and after > 0 and after * 100 >= before * 120

    arrears, owed = now.get("arrears_fen") or 0, was.get("arrears_fen")
    used = sum(now.get(column) or 0 for column in ("call_count", "data_kb", "sms_count")) > 0
    bound = was.get("contract_end_date") is None and now.get("contract_end_date") is not None
    served = happened["ORDER"] > 0 or happened["REPAIR_DONE"] > 0 or happened["COMPLAINT_CLOSED"] > 0
    tests = {
        "port_out_query": alive and (served or later("contract_end_date") or bound),
        "complaint": alive and happened["COMPLAINT_CLOSED"] > 0 and not now.get("has_open_complaint"),
        "prepaid_balance_running_out": alive and money["RECHARGE"] >= DEPOSIT_FEN,
        "handset_lease_expiring": alive and later("contract_end_date"),
        "subsidy_expiring": alive
        and (happened["ORDER"] > 0 or later("subsidy_end_date") or later("contract_end_date")),
        "broadband_expiring": alive and later("broadband_end_date"),
        "contract_expiring": alive and later("contract_end_date"),
        "large_arrears_recovery": money["PAYMENT"] > 0 and owed is not None and arrears * 2 <= owed,
        "arrears_reminder": alive and arrears == 0,
        "dormant_high_value": alive and used,
        "lapsed_lease_reactivation": alive and used,
        "key_callback": alive and (now.get("bill_fen") or 0) > 0 and not now.get("has_open_complaint"),
        "win_back_call": alive,
        "care_message": alive and (now.get("bill_fen") or 0) > 0,
        "usage_drop": alive and (happened["ORDER"] > 0 or grew("data_kb") or grew("call_count")),
    }
    return bool(tests[kind])
