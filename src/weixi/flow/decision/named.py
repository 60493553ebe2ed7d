"""Lines that somebody names from outside a plan: whose they are, and whether anybody may contact them."""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from weixi.dialect.compose import Pipeline, words
from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.engine.wire import arrow_schema
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH, day_of
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.decision.contact_policy import barred_pieces, silence_code_sql, silence_rank_sql
from weixi.flow.decision.holdout import holdout_sql
from weixi.flow.decision.tables import DAY_PLAN, DAY_SILENCE, PLAN
from weixi.flow.segment import DIMENSIONS, LABEL, LABELLED_COLUMNS, labelled_pieces
from weixi.kernel.period import Month
from weixi.kernel.terms import LineUse
from weixi.playbook import Playbook

NAMED = Table(
    name="named_line",
    grain="one line that is asked about",
    partition=("month",),
    key=("subscriber_id",),
    columns=(Column("subscriber_id", T.BIGINT, "surrogate key of the line", required=True),),
)

STANDING = (
    "subscriber_id", "household_key", "is_commercial", "is_holdout", "withdrawn_rule", "revenue_3m_fen",
    "unit_code", "owner_code", "node_code", *DIMENSIONS,
)  # fmt: skip
"""The columns of `standing`."""


def standing(store: Store, playbook: Playbook, month: Month, subscribers: Collection[int]) -> pa.Table:
    """One row (STANDING) for each of those lines that the book of `month` has, in order of its id.

    `is_holdout`: its household is drawn by the same draw as the plan's, also where no warning named it, or the plans of
    the month after hold it out. `withdrawn_rule` is the first silence of the line, its household or its person, as the
    month's data say or one of the days since; null: none. Raises DataError where the month was never run.
    """
    line = store.require(SUBSCRIBER_MONTH, month=month.number)
    plan_month = month.plus(1)
    plans = [p for p in store.partitions(DAY_PLAN) if Month.containing(day_of(p)) == plan_month]
    if (plan := store.current(PLAN, month=plan_month.number)) is not None:
        plans.append(plan)
    days = [p for p in store.partitions(DAY_SILENCE) if day_of(p) > month.last]
    text = standing_text(playbook, has_plan=bool(plans), has_days=bool(days))
    with named_lines(store, month, subscribers) as named:
        inputs: dict[str, Partition | list[Partition]] = {
            "named": named,
            "book_line": line,
            "book_feature": store.require(FEATURE, month=month.number),
            "label": store.require(LABEL, month=month.number),
            "assignment": store.require(ASSIGNMENT, month=month.number),
        }
        if plans:
            inputs["plan"] = plans
        if days:
            inputs["day_silence"] = days
        return store.arrow(
            text,
            inputs=inputs,
            parameters={"as_of": month.last},
            secrets={"hash_key": store.hash_key} if "$hash_key" in text else {},
        )


def standing_text(playbook: Playbook, *, has_plan: bool, has_days: bool) -> str:
    """The statement over `named`, `book_line`, `book_feature`, `label` and `assignment`; parameter `$as_of`.

    With `has_plan` the view `plan` has the plans' tasks, with `has_days` the view `day_silence` the days' silences.
    Whoever shares a household or a person with a named line is looked at as well, and nobody else.
    """
    asked = words(*(r.sql for r in playbook.holdouts), *(s.sql for s in playbook.silences))
    named = frozenset(LABELLED_COLUMNS) & (
        asked | {"household_key", "party_id", "line_use", "revenue_3m_fen"}
    )
    pieces = Pipeline()
    _near_pieces(pieces)
    barred_pieces(pieces, playbook.silences)
    labelled_pieces(pieces, {*named, *DIMENSIONS}, {"named": []})
    last = len(playbook.silences) + 1
    pieces.add(
        "ranked",
        f"""SELECT subscriber_id, household_key, COALESCE(line_use = '{LineUse.COMMERCIAL}', FALSE) AS is_commercial,
            {holdout_sql(playbook.holdouts)} AS is_drawn, revenue_3m_fen, {", ".join(DIMENSIONS)},
            LEAST(
                COALESCE({silence_rank_sql(playbook.silences)}, {last}),
                COALESCE(barred_household_rank, {last}), COALESCE(barred_party_rank, {last})
            ) AS barred_rank
        FROM labelled
        LEFT JOIN barred_household ON household_key = barred_household_key
        LEFT JOIN barred_party ON party_id = barred_party_key""",
    )
    held = ruled = "FALSE"
    joins, rules = "", [silence_code_sql(playbook.silences, "r.barred_rank")]
    if has_plan:
        pieces.add(
            "planned",
            """SELECT household_key AS planned_key, MAX(CASE WHEN is_holdout THEN 1 ELSE 0 END) AS held_flag,
                MIN(withdrawn_rule) AS planned_rule
            FROM plan GROUP BY household_key""",
        )
        joins += "\nLEFT JOIN planned AS p ON p.planned_key = r.household_key"
        held = "COALESCE(p.held_flag, 0) > 0"
        rules.append("p.planned_rule")
    if has_days:
        pieces.add(
            "quiet",
            """SELECT household_key AS quiet_key, MIN(withdrawn_rule) AS quiet_rule
            FROM day_silence GROUP BY household_key""",
        )
        joins += "\nLEFT JOIN quiet AS q ON q.quiet_key = r.household_key"
        rules.append("q.quiet_rule")
    ruled = f"COALESCE({', '.join(rules)})" if len(rules) > 1 else rules[0]
    return pieces.text(
        f"""SELECT r.subscriber_id, r.household_key, r.is_commercial, (r.is_drawn OR {held}) AS is_holdout,
            {ruled} AS withdrawn_rule, r.revenue_3m_fen, a.unit_code, a.owner_code, a.node_code,
            {", ".join(f"r.{name}" for name in DIMENSIONS)}
        FROM ranked AS r
        LEFT JOIN assignment AS a ON a.subscriber_id = r.subscriber_id{joins}
        ORDER BY r.subscriber_id"""
    )


def _near_pieces(pieces: Pipeline) -> None:
    """Add `line` and `feature`: those of the named lines and of whoever shares a household or a person with them."""
    pieces.add(
        "asked_line",
        """SELECT b.subscriber_id, b.household_id, b.party_id FROM book_line AS b
        JOIN named AS n ON n.subscriber_id = b.subscriber_id""",
    )
    beside = [
        f"""SELECT b.subscriber_id FROM book_line AS b
        JOIN (SELECT {key} AS near_key FROM asked_line WHERE {key} IS NOT NULL GROUP BY {key}) AS k
            ON k.near_key = b.{key}"""
        for key in ("household_id", "party_id")
    ]
    every = "\nUNION ALL ".join(["SELECT subscriber_id FROM asked_line", *beside])
    pieces.add("near", f"SELECT subscriber_id FROM ({every}) AS found GROUP BY subscriber_id")
    for name, table in (("line", SUBSCRIBER_MONTH), ("feature", FEATURE)):
        columns = ", ".join(f"b.{column}" for column in table.types)
        pieces.add(
            name,
            f"SELECT {columns} FROM book_{name} AS b JOIN near AS n ON n.subscriber_id = b.subscriber_id",
        )


@contextmanager
def named_lines(store: Store, month: Month, subscribers: Collection[int]) -> Iterator[Partition]:
    """Those ids as a partition (NAMED) that lasts as long as the block: statements join it."""
    root = store.home / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    ids = pa.table({"subscriber_id": pa.array(sorted(set(subscribers)), pa.int64())}, arrow_schema(NAMED))
    with tempfile.TemporaryDirectory(prefix="named-", dir=root) as folder:
        scratch = Store(Path(folder), store.engine, transient=True)
        yield scratch.put(NAMED, {"month": month.number}, ids.to_batches(), origin="named")
