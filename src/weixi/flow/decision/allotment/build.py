"""The allocation of one month: tasks weighed, offers chosen together within the limits, and the proof of it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.cohort import require_path
from weixi.flow.decision.allocation.allocate import allocate
from weixi.flow.decision.allocation.certificate import Allocation
from weixi.flow.decision.allocation.problem import Kind, Limit
from weixi.flow.decision.allocation.shortage import Infeasible
from weixi.flow.decision.allotment.case import case_table, case_text
from weixi.flow.decision.allotment.ingredient import ByRounds, ingredients, origin_of
from weixi.flow.decision.allotment.limit import Ground, Node, limits_of
from weixi.flow.decision.allotment.option import Place, choices_of
from weixi.flow.decision.allotment.wide import cells_of, count_places, put_cells, strict_pools, write_wide
from weixi.flow.decision.basis import Basis
from weixi.flow.decision.tables import ALLOCATION
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import AllocationRule, Playbook

MORE_FEN = 10_000_000
"""“What would another 100,000 yuan buy”: one point of the curve."""

STEPS = (0.75, 1.0, 1.25, 1.5, 2.0)
"""The other points of the curve, as parts of the amount that the playbook gives."""


def build_allocation(store: Store, playbook: Playbook, month: Month) -> list[Partition]:
    """The sealed allocation of the plan of the month after `month` (ALLOCATION); none where there is none to make.

    Needs the month's warnings, eligibility, assignment, labels and scores. Raises DataError where the playbook's limits
    contradict each other: what is short, and which limits; the partition's note keeps the same.
    """
    found = allot(store, playbook, month)
    return [found] if isinstance(found, Partition) else []


def allot(store: Store, playbook: Playbook, month: Month) -> Partition | ByRounds | None:
    """The same: None where the playbook has no such table, ByRounds where the month has no scores to choose by."""
    rule = playbook.allocation
    if rule is None:
        return None
    made = ingredients(store, playbook, rule, month)
    if isinstance(made, ByRounds):
        return made
    plan_month = month.plus(1)
    text = case_text(playbook, rule, plan_month, made.shares, has_value="value" in made.inputs)
    origin = origin_of(store, playbook, rule, made, text)
    there = store.current(ALLOCATION, month=plan_month.number)
    if there is not None and there.manifest.note.get("origin") == origin:
        return _feasible(there, plan_month)
    scratch = store.home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="allotment-") as name:
        work = Store(Path(name), store.engine, transient=True)
        case = work.write(
            case_table(playbook),
            {"month": plan_month.number},
            text,
            inputs=made.inputs,
            secrets={"hash_key": store.hash_key} if "$hash_key" in text else {},
        )
        return _feasible(
            _decide(store, work, playbook, rule, plan_month, case, made.tree, origin), plan_month
        )


def _decide(
    store: Store,
    work: Store,
    playbook: Playbook,
    rule: AllocationRule,
    plan_month: Month,
    case: Partition,
    tree: Partition,
    origin: str,
) -> Partition:
    """Solve and write; where the limits contradict each other, nothing but the note."""
    number, key = plan_month.number, {"month": plan_month.number}
    places = count_places(work, playbook, case)
    cells = cells_of(work, playbook, rule, case)
    nodes = _nodes(store, work, tree)
    limits = limits_of(playbook, rule, Ground(cells, places, nodes))
    kept = put_cells(work, cells, case.fingerprint)
    found: Allocation | Infeasible
    chosen, strict = None, strict_pools(playbook, rule)
    if strict and len({cell.is_existing for cell in cells}) == 2:
        # Existing customers first: others get of these pools what the first choice has left.
        first = write_wide(work, playbook, rule, number, case, kept, places, barred=strict)
        found = allocate(work, first, choices_of(places), limits, len(cells), compare=False)
        if isinstance(found, Infeasible):
            return _contradiction(store, key, found, origin)
        chosen = found.chosen
    wide = write_wide(work, playbook, rule, number, case, kept, places, fixed=chosen)
    curve_of, amounts = _curve(limits)
    found = allocate(work, wide, choices_of(places), limits, len(cells), curve_of=curve_of, amounts=amounts)
    if isinstance(found, Infeasible):
        return _contradiction(store, key, found, origin)
    text = _decided_text(places)
    inputs = {"chosen": found.chosen, "cases": case}
    certificate = {**found.certificate.plain(), "basis": _basis(work, text, inputs), "cells": len(cells)}
    return store.write(
        ALLOCATION,
        key,
        text,
        inputs=inputs,
        seal=True,
        also=origin,
        note={"origin": origin, "certificate": certificate, "rules": rule.fingerprint},
    )


def _contradiction(store: Store, key: Mapping[str, int], found: Infeasible, origin: str) -> Partition:
    note = {"origin": origin, "infeasible": found.plain()}
    return store.put(ALLOCATION, key, [], origin=origin, seal=True, note=note)


def _feasible(made: Partition, plan_month: Month) -> Partition:
    """The partition. Raises DataError where its limits contradict each other."""
    found = made.manifest.note.get("infeasible")
    if found is None:
        return made
    short = [short["words"] for short in found["shortages"]]
    rows = found["conflicting"]
    said = Text("；".join(each["zh"] for each in short), "; ".join(each["en"] for each in short))
    named = Text("、".join(each["zh"] for each in rows), ", ".join(each["en"] for each in rows))
    raise DataError(
        "allocation.contradiction",
        Text(
            f"{plan_month} 的限额互相矛盾，没有计划能同时满足：{said.zh}（互相冲突的是：{named.zh}）",
            f"the limits of {plan_month} contradict each other, no plan keeps them all: {said.en} "
            f"(in conflict: {named.en})",
        ),
        Text(
            "在方案的 [allocation]、[[pool]] 中放宽其中一项，或减少随机投放，再重新运行",
            "relax one of them in the playbook's [allocation] or [[pool]], or draw fewer at random, and run again",
        ),
        where=made.name,
    )


def _decided_text(places: tuple[Place, ...]) -> str:
    """The rows of ALLOCATION over `chosen`, places, and `cases`."""

    def of(what: str, rest: str) -> str:
        tests = " ".join(
            f"WHEN {k} THEN {what.format(n=place.option.number)}" for k, place in enumerate(places, 1)
        )
        return f"CASE h.choice {tests} ELSE {rest} END" if tests else rest

    offers = " ".join(
        f"WHEN {k} THEN '{place.option.code}'"
        for k, place in enumerate(places, 1)
        if place.option.code is not None
    )
    offer = f"CASE h.choice {offers} END" if offers else "CAST(NULL AS VARCHAR)"
    nothing = "CAST(NULL AS VARCHAR)"
    return f"""SELECT h.subscriber_id, {of("{n}", "0")} AS choice, {offer} AS offer_code,
            CAST(h.value_fen AS BIGINT) AS value_fen, CAST(h.cost_fen AS BIGINT) AS cost_fen,
            {of("c.basis_{n}", nothing)} AS basis, c.risk_ppm, c.worth_fen, c.is_drawn,
            CAST(CASE WHEN c.is_drawn THEN 1000000 // c.open_count END AS INTEGER) AS propensity_ppm,
            c.open_bits, h.cell
        FROM chosen AS h JOIN cases AS c ON c.subscriber_id = h.subscriber_id"""


def _basis(work: Store, text: str, inputs: Mapping[str, Partition]) -> dict[str, int]:
    """How many tasks rest on what, and what each is worth together."""
    pieces = Pipeline()
    pieces.add("decided", text)
    pieces.add(
        "priced",
        "SELECT subscriber_id AS priced_id, CASE WHEN is_priced THEN 1 ELSE 0 END AS is_priced FROM cases",
    )
    rows = work.rows(
        pieces.text(
            """SELECT COALESCE(basis, '') AS basis, COUNT(*) AS n, CAST(SUM(value_fen) AS BIGINT) AS value_fen,
                CAST(SUM(CASE WHEN is_drawn THEN 1 ELSE 0 END) AS BIGINT) AS drawn,
                CAST(SUM(is_priced) AS BIGINT) AS priced
            FROM decided JOIN priced ON priced_id = subscriber_id GROUP BY COALESCE(basis, '')"""
        ),
        inputs=inputs,
    )
    by = {str(row["basis"]): row for row in rows}

    def total(basis: str, what: str) -> int:
        return int(by[basis][what]) if basis in by else 0

    return {
        "measured_rows": total(Basis.MEASURED, "n"),
        "assumed_rows": total(Basis.ASSUMED, "n"),
        "unknown_rows": total(Basis.UNKNOWN, "n"),
        "measured_value_fen": total(Basis.MEASURED, "value_fen"),
        "assumed_value_fen": total(Basis.ASSUMED, "value_fen"),
        "unknown_value_fen": total(Basis.UNKNOWN, "value_fen"),
        "left_alone_rows": total("", "n"),
        "drawn_rows": sum(int(row["drawn"]) for row in rows),
        "priced_rows": sum(int(row["priced"]) for row in rows),
    }


def _nodes(store: Store, work: Store, tree: Partition) -> dict[str, Node]:
    """The tree's counties and units with their agents."""
    path = require_path(store, tree)
    rows = work.rows(
        """SELECT n.node_code, n.name, CAST(SUM(CASE WHEN o.level = 'OWNER' THEN 1 ELSE 0 END) AS BIGINT) AS agents
        FROM node AS n JOIN path AS p ON p.ancestor_code = n.node_code JOIN node AS o ON o.node_code = p.node_code
        WHERE n.level IN ('COUNTY', 'UNIT') GROUP BY n.node_code, n.name""",
        inputs={"node": tree, "path": path},
    )
    return {
        str(row["node_code"]): Node(
            str(row["node_code"]), Text(str(row["name"]), str(row["name"])), int(row["agents"])
        )
        for row in rows
    }


def _curve(limits: list[Limit]) -> tuple[str | None, tuple[float, ...]]:
    """The limit of money that the curve varies, all money before any pool, and its amounts."""
    money = [limit for limit in limits if limit.kind is Kind.MONEY and limit.bound > 0]
    named = [limit for limit in money if limit.code == "money"] or [
        limit for limit in money if limit.code.startswith("pool_")
    ]
    if not named:
        return None, ()
    limit = named[0]
    amounts = {float(int(limit.bound * step)) for step in STEPS} | {float(limit.bound + MORE_FEN)}
    return limit.code, tuple(sorted(amounts))
