"""Every calibre at every node of the tree: one pass over the lines, one roll-up, exact integers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.calibre import Calibre, Grain, Input
from weixi.flow.assessment.catalogue import CALIBRES
from weixi.flow.assessment.retention import HIGH_TEST
from weixi.flow.assessment.state import EXCLUDING, HIGH, NETWORK, build_line_state, state_pieces
from weixi.flow.assessment.tables import KPI, LINE_STATE
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import ASSIGNMENT, COHORT, require_path, require_tree
from weixi.flow.outcome import OUTCOME
from weixi.kernel.period import Month
from weixi.playbook import Playbook

SUSPECT = "suspect_level"
"""Where it is not delivered, no line is a confirmed suspect: said beside the KPIs, no reason against them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What one month's KPIs stand on: view name → partition, and what is not there.

    `absent` maps an input that is missing to its name for people; `lacking` holds the book columns that the feeds
    of this month (`now.x`), the month before (`previous.x`) and the base month (`base.x`) do not carry; `tested` are
    this month's columns that the test of the cohort arpu80 names.
    """

    month: Month
    base: Month
    views: dict[str, Partition]
    absent: dict[Input, str]
    lacking: frozenset[str]
    tested: frozenset[str]

    @property
    def months(self) -> int:
        """Months since date 0."""
        return self.month.index - self.base.index

    def missing(self, calibre: Calibre) -> list[str]:
        """What the calibre needs and the month has not, sorted; empty: it can be computed."""
        columns = calibre.columns | (self.tested if HIGH_TEST in calibre.columns else frozenset())
        wanting = [self.absent[each] for each in calibre.inputs if each in self.absent]
        return sorted({*wanting, *(columns & self.lacking)})


def base_month(month: Month) -> Month:
    """Date 0 of an assessed month: December of the year before."""
    return Month.of(month.year - 1, 12)


def lay_ground(store: Store, month: Month) -> Ground:
    """Gather what the month's KPIs stand on. Raises DataError where its line states or its tree are missing."""
    base = base_month(month)
    book = {
        when: store.current(SUBSCRIBER_MONTH, month=each.number)
        for when, each in (("now", month), ("previous", month.plus(-1)), ("base", base))
    }
    views = {
        "line_now": store.require(LINE_STATE, month=month.number),
        "path": require_path(store, require_tree(store, month)),
    }
    absent: dict[Input, str] = {}
    before = month.plus(-1)
    optional = {
        "previous": (
            Input.PREVIOUS,
            store.current(LINE_STATE, month=before.number),
            f"subscriber_month ({before})",
        ),
        "network": (
            Input.NETWORK,
            store.current(COHORT, month=base.number, cohort=NETWORK),
            f"cohort.{NETWORK} ({base})",
        ),
        "high": (
            Input.HIGH,
            store.current(COHORT, month=base.number, cohort=HIGH),
            f"cohort.{HIGH} ({base})",
        ),
        "outcome": (Input.OUTCOME, store.current(OUTCOME, month=month.number), f"plan ({month})"),
    }
    for view, (needed, partition, name) in optional.items():
        if partition is None:
            absent[needed] = name
        else:
            views[view] = partition
    if "outcome" not in views or not views["outcome"].manifest.note.get("has_facts", False):
        absent[Input.FACT] = f"fact ({month})"
    if book["base"] is not None:
        views["base_line"] = book["base"]
    assignment = store.current(ASSIGNMENT, month=month.number)
    if assignment is not None:
        views["assignment"] = assignment
    lacking = frozenset(
        f"{when}.{column}"
        for when, partition in book.items()
        if partition is not None
        for column in partition.manifest.note.get("missing_columns", ())
    )
    tested = frozenset(f"now.{column}" for column in views["line_now"].manifest.note["tested"])
    return Ground(month, base, views, absent, lacking, tested)


def build_kpi(store: Store, playbook: Playbook, month: Month) -> Partition:
    """Write every computable calibre at every node of the month's tree.

    A calibre whose inputs are missing has no rows (不可算); the manifest's note names, per calibre, what is missing.
    So do the calibres of tasks where the plan could compute none of the assessed warnings; where it could compute
    some, the note `left_out` names the others.
    Raises DataError where the book or the tree of the month is missing.
    """
    for each in (month.plus(-1), month):
        if each == month or store.current(SUBSCRIBER_MONTH, month=each.number) is not None:
            build_line_state(store, playbook, each)
    ground = lay_ground(store, month)
    missing = {calibre.id: names for calibre in CALIBRES if (names := ground.missing(calibre))}
    unverifiable = _unverifiable(store, ground)
    if unverifiable and not any(row["missing_column"] == "" for row in unverifiable):
        columns = sorted(row["missing_column"] for row in unverifiable)
        for calibre in CALIBRES:
            if calibre.id not in missing and "missing_column" in calibre.denominator:
                missing[calibre.id] = columns
    left_out = _left_out(playbook, ground)
    if left_out and len(left_out) == sum(rule.assessed for rule in playbook.warnings):
        lacked = {column for columns in left_out.values() for column in columns}
        for calibre in CALIBRES:
            if calibre.grain is Grain.TASK:
                missing[calibre.id] = sorted({*missing.get(calibre.id, ()), *lacked})
    computable = [calibre for calibre in CALIBRES if calibre.id not in missing]
    return store.write(
        KPI,
        {"month": month.number},
        kpi_text(computable, frozenset(ground.views)),
        inputs=ground.views,
        parameters=parameters(ground, computable),
        seal=True,
        note={
            "base": str(ground.base),
            "months_since_base": ground.months,
            "not_computable": missing,
            "unverifiable_tasks": {
                r["missing_column"]: r["tasks"] for r in unverifiable if r["missing_column"]
            },
            "left_out": [
                {"code": r.code, "zh": r.text.zh, "en": r.text.en, "columns": left_out[r.code]}
                for r in playbook.warnings
                if r.code in left_out
            ],
            "suspects_known": f"now.{SUSPECT}" not in ground.lacking,
            "playbook": playbook.fingerprint,
        },
    )


def _left_out(playbook: Playbook, ground: Ground) -> dict[str, list[str]]:
    """The assessed warnings that the plan's data could not give, with what they lack."""
    outcome = ground.views.get("outcome")
    lacks = outcome.manifest.note.get("left_out", {}) if outcome is not None else {}
    return {r.code: list(lacks[r.code]) for r in playbook.warnings if r.assessed and r.code in lacks}


def kpi_text(calibres: Sequence[Calibre], given: frozenset[str]) -> str:
    """The statement over the views in `given` (`line_now` and `path` at least), parameters `$base_last`, `$months`.

    Each different expression is summed once; the sums roll up the tree by one join on its transitive closure.
    """
    measures = _measures(calibres)
    pipeline = Pipeline()
    state_pieces(pipeline, given)
    pipeline.add("line_sum", _sums("state", "unit_code", measures, Grain.LINE))
    columns = ", ".join(["node_code", "unit_code", *measures.values()])
    sums = [f"SELECT {columns} FROM line_sum"]
    if "outcome" in given:
        source = task_source(pipeline, given)
        pipeline.add("task_sum", _sums(source, "CAST(NULL AS VARCHAR)", measures, Grain.TASK))
        sums.append(f"SELECT {columns} FROM task_sum")
    pipeline.add("summed", "\nUNION ALL ".join(sums))
    place_pieces(pipeline, measures.values())
    taken = ",\n  ".join(
        f"COALESCE(CAST(sum(s.{name}) AS BIGINT), 0) AS {name}" for name in measures.values()
    )
    pipeline.add(
        "rolled",
        f"""SELECT path.ancestor_code AS node_code, path.ancestor_level AS level,
  {taken}
FROM path LEFT JOIN placed AS s ON s.node_code = path.node_code
GROUP BY path.ancestor_code, path.ancestor_level""",
    )
    pipeline.add(
        "listed", "\nUNION ALL ".join(f"SELECT '{c.id}' AS calibre" for c in calibres) or _NO_CALIBRE
    )
    return pipeline.text(
        f"""SELECT listed.calibre, rolled.node_code, rolled.level,
  {_choose(calibres, [measures[c.grain, c.numerator] for c in calibres])} AS numerator,
  {_choose(calibres, [measures[c.grain, c.denominator] for c in calibres])} AS denominator
FROM rolled CROSS JOIN listed"""
    )


def statement_of(calibre: Calibre) -> str:
    """The whole SQL text that computes the calibre at every node, where every input is there."""
    given = frozenset(
        ("line_now", "path", "previous", "network", "high", "base_line", "assignment", "outcome")
    )
    return kpi_text([calibre], given)


def task_source(pipeline: Pipeline, given: frozenset[str]) -> str:
    """The name of the tasks' rows: the view `outcome`, or the piece `task` without the lines that corrections removed.

    Needs the pieces of `state_pieces`.
    """
    if EXCLUDING not in given:
        return "outcome"
    columns = ", ".join(f"o.{name}" for name in OUTCOME.types)
    pipeline.add(
        "task",
        f"""SELECT {columns} FROM outcome AS o
LEFT JOIN excluded AS x ON x.subscriber_id = o.subscriber_id WHERE x.subscriber_id IS NULL""",
    )
    return "task"


def place_pieces(pipeline: Pipeline, columns: Iterable[str]) -> None:
    """Add the piece `placed`: the `columns` of `summed`, each row at a node that the tree has.

    A node that is not in the tree gives way to its unit, and a unit that is not to the top: no line is lost.
    """
    pipeline.add("tree_node", "SELECT node_code FROM path WHERE distance = 0")
    pipeline.add(
        "top",
        """SELECT min(d.node_code) AS node_code
FROM (SELECT node_code, max(distance) AS depth FROM path GROUP BY node_code) AS d WHERE d.depth = 0""",
    )
    taken = "".join(f", s.{name}" for name in columns)
    pipeline.add(
        "placed",
        f"""SELECT CASE WHEN n.node_code IS NOT NULL THEN n.node_code WHEN u.node_code IS NOT NULL THEN u.node_code
    ELSE top.node_code END AS node_code{taken}
FROM summed AS s
LEFT JOIN tree_node AS n ON n.node_code = s.node_code
LEFT JOIN tree_node AS u ON u.node_code = s.unit_code
CROSS JOIN top""",
    )


_NO_CALIBRE = "SELECT node_code AS calibre FROM path WHERE FALSE"


def _measures(calibres: Iterable[Calibre]) -> dict[tuple[Grain, str], str]:
    """(grain, expression) → the column that sums it, each expression once."""
    found: dict[tuple[Grain, str], str] = {}
    for calibre in calibres:
        for expression in (calibre.numerator, calibre.denominator):
            found.setdefault((calibre.grain, expression), f"sum_{len(found) + 1}")
    return found


def _sums(source: str, unit: str, measures: dict[tuple[Grain, str], str], grain: Grain) -> str:
    taken = ",\n  ".join(
        f"CAST(sum({expression}) AS BIGINT) AS {name}" if of is grain else f"CAST(0 AS BIGINT) AS {name}"
        for (of, expression), name in measures.items()
    )
    group = "node_code, unit_code" if grain is Grain.LINE else "node_code"
    return f"SELECT node_code, {unit} AS unit_code,\n  {taken}\nFROM {source}\nGROUP BY {group}"


def _choose(calibres: Sequence[Calibre], columns: Sequence[str]) -> str:
    cases = " ".join(
        f"WHEN '{calibre.id}' THEN rolled.{column}" for calibre, column in zip(calibres, columns, strict=True)
    )
    return f"CASE listed.calibre {cases} ELSE 0 END" if cases else "CAST(0 AS BIGINT)"


def parameters(ground: Ground, calibres: Iterable[Calibre]) -> dict[str, Any]:
    """The bound values that the calibres' expressions and the piece `state` name."""
    named = any("$months" in calibre.numerator + calibre.denominator for calibre in calibres)
    return {"base_last": ground.base.last, **({"months": ground.months} if named else {})}


def _unverifiable(store: Store, ground: Ground) -> list[dict[str, Any]]:
    """How many assessed tasks lack which input; '' counts those that lack none."""
    if "outcome" not in ground.views:
        return []
    return store.rows(
        """SELECT COALESCE(missing_column, '') AS missing_column, CAST(count(*) AS BIGINT) AS tasks
FROM outcome WHERE is_assessed GROUP BY COALESCE(missing_column, '') ORDER BY missing_column""",
        inputs={"outcome": ground.views["outcome"]},
    )
