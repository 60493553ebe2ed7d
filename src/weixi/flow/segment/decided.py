"""Which rule gave one line its labels in a month, and the cut that its revenue was held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline, words
from weixi.engine import Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.segment.label import graded_pieces
from weixi.flow.segment.tables import THRESHOLD
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Rule


@dataclass(frozen=True, slots=True)
class Decided:
    """The rule that decides one label of one line by the month's data alone; `at` is where the playbook says it.

    Of the grade: the line's revenue of twelve months and the unit's cut, fen, None where the unit has none.
    """

    dimension: str
    code: str
    text: Text
    when: str
    at: str
    revenue_fen: int | None = None
    cut_fen: int | None = None


def decided_by(store: Store, playbook: Playbook, month: Month, subscriber_id: int) -> list[Decided]:
    """The deciding rules of grade, stage, cluster and category; none where the month's book has no such line.

    Raises DataError where the month was not run.
    """
    lists: Mapping[str, Sequence[Rule]] = {
        "grade": playbook.grades,
        "stage": playbook.stages,
        "cluster": playbook.clusters,
        "category": playbook.categories,
    }
    got = ", ".join(f"{_number(rules)} AS {name}_got" for name, rules in lists.items())
    pieces = Pipeline()
    graded_pieces(pieces, {*words(got), "revenue_12m_fen", "unit_code", "subscriber_id"})
    pieces.add(
        "one", f"SELECT unit_code, revenue_12m_fen, {got} FROM graded WHERE subscriber_id = $subscriber"
    )
    named = ", ".join(f"o.{name}_got" for name in lists)
    rows = store.rows(
        pieces.text(
            f"""SELECT o.revenue_12m_fen, t.key_revenue_fen, {named}
FROM one AS o LEFT JOIN threshold AS t ON t.unit_code = COALESCE(o.unit_code, '')"""
        ),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "threshold": store.require(THRESHOLD, month=month.number),
        },
        parameters={"as_of": month.last, "subscriber": subscriber_id},
    )
    if not rows:
        return []
    [row] = rows
    found = []
    for name, rules in lists.items():
        rule = rules[int(row[f"{name}_got"]) - 1]
        own, cut = (row["revenue_12m_fen"], row["key_revenue_fen"]) if name == "grade" else (None, None)
        found.append(Decided(name, rule.value, rule.text, rule.when, rule.source.at, own, cut))
    return found


def _number(rules: Sequence[Rule]) -> str:
    """The number of the first rule that holds, from 1; the last one is the default."""
    tests = "".join(f" WHEN {rule.sql} THEN {k}" for k, rule in enumerate(rules[:-1], start=1))
    return f"CASE{tests} ELSE {len(rules)} END" if tests else "1"
