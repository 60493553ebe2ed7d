"""How many lines each rule of the labels holds for, and how many it gets: those that no earlier rule took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weixi.dialect.compose import Pipeline
from weixi.engine import Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.segment.label import graded_pieces
from weixi.flow.segment.tables import THRESHOLD
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook, Rule


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule of an ordered list on a month's data: it holds for `holds` and decides for `gets` of them."""

    section: str
    code: str
    text: Text
    at: str
    holds: int
    gets: int

    @property
    def is_idle(self) -> bool:
        """Whether the rule decides for nobody."""
        return self.gets == 0


def rule_counts(store: Store, playbook: Playbook, month: Month) -> list[RuleCount]:
    """The counts of every rule of grade, stage, cluster and category over all lines of the month."""
    lists: Mapping[str, Sequence[Rule]] = {
        "grade": playbook.grades,
        "stage": playbook.stages,
        "cluster": playbook.clusters,
        "category": playbook.categories,
    }
    pieces = Pipeline()
    graded_pieces(pieces)
    flags, sums = [], []
    for name, rules in lists.items():
        for k, rule in enumerate(rules, start=1):
            flags.append(f"CASE WHEN {rule.sql} THEN 1 ELSE 0 END AS {name}_{k}")
            sums.append(f"CAST(COALESCE(SUM({name}_{k}), 0) AS BIGINT) AS holds_{name}_{k}")
            sums.append(
                f"CAST(COALESCE(SUM(CASE WHEN {name}_got = {k} THEN 1 ELSE 0 END), 0) AS BIGINT) AS gets_{name}_{k}"
            )
        tests = " ".join(f"WHEN {rule.sql} THEN {k}" for k, rule in enumerate(rules, start=1))
        flags.append(f"CASE {tests} ELSE 0 END AS {name}_got")
    pieces.add("flagged", f"SELECT {', '.join(flags)} FROM graded")
    [row] = store.rows(
        pieces.text(f"SELECT {', '.join(sums)} FROM flagged"),
        inputs={
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
            "threshold": store.require(THRESHOLD, month=month.number),
        },
        parameters={"as_of": month.last},
    )
    return [
        RuleCount(
            name,
            rule.value,
            rule.text,
            rule.source.at,
            int(row[f"holds_{name}_{k}"]),
            int(row[f"gets_{name}_{k}"]),
        )
        for name, rules in lists.items()
        for k, rule in enumerate(rules, start=1)
    ]
