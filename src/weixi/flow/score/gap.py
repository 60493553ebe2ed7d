"""Why a score could not be made for a month: kept as a table, so that whoever asks is told the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column as C
from weixi.engine import Partition, Store, Table, columns_sql
from weixi.engine.wire import arrow_schema
from weixi.kernel.errors import DataError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import Term


class Score(Term):
    """One of the month's scores."""

    CHURN = "CHURN", "离网评分", "score of leaving"
    VALUE = "VALUE", "客户价值", "value"
    UPLIFT = "UPLIFT", "维系效果", "effect of contact"
    LIFT = "LIFT", "维系净效果", "lift"


SCORE_GAP = Table(
    name="score_gap",
    grain="why one score could not be made for the month; no row: it could, after a month in which it could not",
    partition=("month", "score"),
    key=("code",),
    columns=(
        C("code", T.VARCHAR, "code of the reason", required=True),
        C("what_zh", T.VARCHAR, "what lacks, Chinese", required=True),
        C("what_en", T.VARCHAR, "what lacks, English", required=True),
        C("remedy_zh", T.VARCHAR, "what to do, Chinese", required=True),
        C("remedy_en", T.VARCHAR, "what to do, English", required=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One score that a month has not: what lacks, and what to do."""

    score: Score
    code: str
    what: Text
    remedy: Text

    @property
    def text(self) -> Text:
        """还不能评分, why, and what to do: one line."""
        name = self.score.text
        return Text(
            f"{name.zh}：还不能评分：{self.what.zh}。{self.remedy.zh}",
            f"{name.en}: cannot be told yet: {self.what.en}. To do: {self.remedy.en}",
        )


def not_scored(month: Month) -> DataError:
    """What to raise where the month has no score, nor a reason why: it was never run."""
    return DataError(
        "score.none",
        Text(f"{month} 还没有评分", f"{month} is not scored yet"),
        Text(f"先运行 weixi run --month {month}", f"run weixi run --month {month} first"),
        where=str(month),
    )


def keep_gap(store: Store, month: Month, score: Score, fault: DataError | None) -> list[Partition]:
    """Write why the month has not that score; without a fault, that nothing lacks any more, if something did."""
    key: dict[str, int | str] = {"month": month.number, "score": score.value.lower()}
    if fault is None and store.current(SCORE_GAP, **key) is None:
        return []
    said = (
        []
        if fault is None
        else [(fault.code, fault.what.zh, fault.what.en, fault.remedy.zh, fault.remedy.en)]
    )
    origin = fingerprint(str(month), score.value, *(part for row in said for part in row))
    return [store.put(SCORE_GAP, key, _batches(said), origin=origin)]


def _batches(said: Sequence[tuple[str, ...]]) -> Iterator[pa.RecordBatch]:
    names = SCORE_GAP.types
    yield pa.RecordBatch.from_pylist(
        [dict(zip(names, row, strict=True)) for row in said], arrow_schema(SCORE_GAP)
    )


def read_gaps(store: Store, month: Month) -> tuple[Gap, ...]:
    """What the month's scores lack, in the order of the scores; empty where nothing lacks or no score was tried."""
    found = []
    for score in Score:
        partition = store.current(SCORE_GAP, month=month.number, score=score.value.lower())
        if partition is not None:
            rows = store.rows(
                f"SELECT {columns_sql(SCORE_GAP)} FROM gap ORDER BY code", inputs={"gap": partition}
            )
            found += [
                Gap(
                    score,
                    str(row["code"]),
                    Text(row["what_zh"], row["what_en"]),
                    Text(row["remedy_zh"], row["remedy_en"]),
                )
                for row in rows
            ]
    return tuple(found)
