"""The month's lines with their risk of leaving, each with its level and reasons: the likeliest, or those asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_COLUMNS, SUBSCRIBER_MONTH, subscriber_pieces
from weixi.flow.score.churn import CHURN_SCORE
from weixi.flow.score.gap import Score, not_scored, read_gaps
from weixi.flow.score.judged import level_sql
from weixi.flow.score.month import scoring
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """One line's score. `probability` (0–1) is that of leaving by choice in the window.

    `reasons` are up to three texts of the playbook, the strongest first; `facts` the line's own values of the columns
    that their {column} places name.
    """

    subscriber_id: int
    score: int
    level: WarningLevel
    probability: float
    reasons: tuple[Text, ...]
    facts: Mapping[str, Any]


def likeliest(store: Store, playbook: Playbook, month: Month, limit: int) -> tuple[ScoredLine, ...]:
    """The first `limit` lines of the month. Raises DataError where the month has no scores, with the reason."""
    return _lines(
        store, playbook, month, f"ORDER BY s.probability_ppm DESC, s.subscriber_id LIMIT {int(limit)}", {}
    )


def scored_lines(
    store: Store, playbook: Playbook, month: Month, ids: Sequence[int]
) -> Mapping[int, ScoredLine]:
    """Subscriber → its score, of those asked for that were scored; a statement for every 1,000 of them.

    Raises DataError as `likeliest` does.
    """
    found: dict[int, ScoredLine] = {}
    for start in range(0, len(ids), _SIZES[-1]):
        asked = ids[start : start + _SIZES[-1]]
        # One text for each size: each is linted once.
        size = next(size for size in _SIZES if size >= len(asked))
        bound = {f"s{k}": int(asked[min(k, len(asked) - 1)]) for k in range(size)}
        test = f"WHERE s.subscriber_id IN ({', '.join(f'${name}' for name in bound)})"
        found |= {line.subscriber_id: line for line in _lines(store, playbook, month, test, bound)}
    return found


_SIZES = (40, 1_000)


def _lines(
    store: Store, playbook: Playbook, month: Month, which: str, bound: Mapping[str, int]
) -> tuple[ScoredLine, ...]:
    given = {f"{kind}.{code}": reason for (kind, code), reason in playbook.reasons.items()}
    named = {column for reason in given.values() for column in reason.columns} & SUBSCRIBER_COLUMNS.keys()
    asked = sorted(named - {"subscriber_id"})
    pipeline = Pipeline()
    subscriber_pieces(pipeline, columns={"subscriber_id", *asked})
    facts = "".join(f", f.{name}" for name in asked)
    rows = store.rows(
        pipeline.text(f"""SELECT s.subscriber_id, s.score, s.probability_ppm, s.reason_1, s.reason_2, s.reason_3,
  {level_sql(scoring(playbook), "s.score")} AS risk_level{facts}
FROM score s JOIN subscriber f ON f.subscriber_id = s.subscriber_id
{which}"""),
        inputs={
            "score": require_scores(store, month),
            "line": store.require(SUBSCRIBER_MONTH, month=month.number),
            "feature": store.require(FEATURE, month=month.number),
        },
        parameters={"as_of": month.last, **bound},
    )
    return tuple(
        ScoredLine(
            int(row["subscriber_id"]),
            int(row["score"]),
            WarningLevel(row["risk_level"]),
            row["probability_ppm"] / 1e6,
            tuple(
                given[code].text if code in given else Text(code, code)
                for place in (1, 2, 3)
                if (code := row[f"reason_{place}"]) is not None
            ),
            {name: row[name] for name in asked},
        )
        for row in rows
    )


def read_card(store: Store, month: Month) -> dict[str, Any]:
    """The model card of the month's scores. Raises DataError where the month has none, with the reason."""
    card: dict[str, Any] = require_scores(store, month).manifest.note["card"]
    return card


def require_scores(store: Store, month: Month) -> Partition:
    """The month's CHURN_SCORE. Raises DataError where there is none, in the words that its run has kept."""
    found = store.current(CHURN_SCORE, month=month.number)
    if found is not None:
        return found
    for gap in read_gaps(store, month):
        if gap.score is Score.CHURN:
            raise DataError(
                gap.code,
                Text(f"还不能评分：{gap.what.zh}", f"it cannot be scored yet: {gap.what.en}"),
                gap.remedy,
                where=str(month),
            )
    raise not_scored(month)
