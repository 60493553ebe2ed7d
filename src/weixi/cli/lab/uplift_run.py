"""From the file to the studies: one for each arm of the treatment, and one uplift a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from weixi.cli.lab.uplift_table import Arms, arms_of, outcome_of, read_table, require_columns
from weixi.flow.score import (
    Effect,
    Encoding,
    Learner,
    Need,
    Sample,
    Study,
    count_steps,
    encode_columns,
    hold_out_needs,
    study,
)
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

_NUMBERS = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: the files, and which column is what."""

    file: Path
    test_file: Path | None
    treatment: str | None
    outcome: str
    control: str | None
    good: str | None
    key: str | None
    dropped: tuple[str, ...]
    propensity: str | None
    segment: str | None

    @property
    def named(self) -> list[str]:
        """Every column that the call names."""
        return [*self.kept_apart, *([self.segment] if self.segment else [])]

    @property
    def kept_apart(self) -> list[str]:
        """Those that are no features: a segment is one."""
        named = [self.treatment, self.outcome, self.key, self.propensity, *self.dropped]
        return list(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True)
class ArmStudy:
    """One arm against the control: its study, and the uplift and what is known of it for every row of the answer."""

    arm: str
    treated_count: int
    control_count: int
    study: Study
    uplift: _NUMBERS
    effect: Sequence[str]


@dataclass(frozen=True)
class Found:
    """Everything found in a file. `answered` has the rows that get an uplift: the test file's, else all."""

    call: Call
    arms: Arms
    outcome: Text
    is_binary: bool
    encoding: Encoding
    rows: int
    unusable: int
    answered: pa.Table
    studies: tuple[ArmStudy, ...]


@dataclass(frozen=True)
class NoTrial:
    """A table without a trial: its rows, the good outcome's rate, and what a hold-out would need."""

    rows: int
    outcome: Text
    rate: float
    needs: tuple[Need, ...]


def no_trial(call: Call) -> NoTrial | None:
    """What can be said where nobody, or everybody, was treated; None where there are two arms at least."""
    table = read_table(call.file)
    require_columns(table, call.named, call.file)
    if call.treatment is not None and len(pc.unique(table[call.treatment].drop_null())) > 1:
        return None
    outcome, words = outcome_of(table[call.outcome], call.outcome, call.good)
    known = outcome[~np.isnan(outcome)]
    rate = float(known.mean()) if len(known) else float("nan")
    needs = hold_out_needs(rate) if np.isin(known, (0.0, 1.0)).all() and 0 < rate < 1 else ()
    return NoTrial(table.num_rows, words, rate, needs)


def run(
    call: Call,
    *,
    peers: Sequence[Learner],
    count: int,
    seed: int,
    threads: int,
    clock: Callable[[], float],
    step: Callable[[int, int], None],
) -> Found:
    """Study every arm against the control. `step` is told how many fits are done, of how many.

    Raises UsageError where the call does not fit the file, DataError where an arm says nothing.
    """
    table = read_table(call.file)
    require_columns(table, call.named, call.file)
    learnt = table.num_rows
    if call.test_file is not None:
        other = read_table(call.test_file)
        require_columns(other, table.column_names, call.test_file)
        table = _together(table, other.select(table.column_names), call.test_file)
    arms = arms_of(table[str(call.treatment)], call.control)
    outcome, words = outcome_of(table[call.outcome], call.outcome, call.good)
    given = None if call.propensity is None else _propensity(table[call.propensity], call.propensity)
    features = [name for name in table.column_names if name not in call.kept_apart]
    encoding = encode_columns(table, features)
    matrix = encoding.matrix(table)
    label = np.array(arms.arm.to_pylist(), dtype=object)
    usable = ~np.isnan(outcome) & np.array([each is not None for each in label])
    is_test = np.arange(table.num_rows) >= learnt
    segment = None if call.segment is None else _names(table[call.segment])
    told = is_test if call.test_file else np.ones(table.num_rows, dtype=np.bool_)
    total = count_steps(1 if call.test_file else count, peers) * len(arms.treatments)
    steps = iter(range(1, total + 1))
    studies = []
    for arm in arms.treatments:
        rows = np.flatnonzero(usable & ((label == arm) | (label == arms.control)))
        found = study(
            Sample(
                matrix[rows],
                encoding.names,
                label[rows] == arm,
                outcome[rows],
                None if given is None else given[rows],
                is_test[rows] if call.test_file else None,
                None if segment is None else segment[rows],
            ),
            peers=peers,
            count=count,
            seed=seed,
            threads=threads,
            clock=clock,
            step=lambda: step(next(steps), total),
        )
        studies.append(_of_arm(arm, found, matrix, segment, rows, told))
    answered = table.slice(learnt) if call.test_file else table
    return Found(
        call=call,
        arms=arms,
        outcome=words,
        is_binary=bool(np.isin(outcome[usable], (0.0, 1.0)).all()),
        encoding=encoding,
        rows=table.num_rows,
        unusable=int((~usable).sum()),
        answered=answered,
        studies=tuple(studies),
    )


def write_rows(found: Found, out: Path) -> None:
    """One row of the answer for each row: the key (else its number from 1), and for each arm uplift and verdict."""
    key = found.call.key
    columns: dict[str, object] = (
        {"row": np.arange(1, found.answered.num_rows + 1)} if key is None else {key: found.answered[key]}
    )
    for each in found.studies:
        end = f"_{each.arm}" if len(found.studies) > 1 else ""
        columns[f"uplift{end}"] = pa.array(each.uplift, from_pandas=True)
        columns[f"effect{end}"] = pa.array(each.effect)
    rows = pa.table(columns)
    if out.suffix == ".parquet":
        pq.write_table(rows, out)
    else:
        arrow_csv.write_csv(rows, out)


def _of_arm(
    arm: str,
    found: Study,
    matrix: _NUMBERS,
    segment: NDArray[np.object_] | None,
    rows: NDArray[np.int64],
    told: NDArray[np.bool_],
) -> ArmStudy:
    """The uplift of every row that is told: of a judged one by a model that never saw it, of others by the final one.

    A row of either arm without a counterpart in the other has none.
    """
    uplift = found.model(matrix)
    uplift[rows] = np.nan
    of_trial = np.full(len(found.trial), np.nan)
    judged = np.concatenate(found.evaluation.tests)
    of_trial[judged] = found.evaluation.score[judged]
    uplift[rows[found.kept]] = of_trial
    kept = uplift[told]
    effect = np.full(len(kept), Effect.UNKNOWN.value, dtype=object)
    known = ~np.isnan(kept)
    names = None if segment is None else segment[told][known]
    effect[known] = [each.value for each in found.effect_of(kept[known], names)]
    treated = int(found.trial.treated.sum())
    return ArmStudy(arm, treated, len(found.trial) - treated, found, kept, effect.tolist())


def _names(column: pa.ChunkedArray) -> NDArray[np.object_]:
    return np.array(pc.fill_null(column.cast(pa.string()), "").to_pylist(), dtype=object)


def _propensity(column: pa.ChunkedArray, name: str) -> _NUMBERS:
    try:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        values = np.full(len(column), np.nan)
    if not bool(((values > 0) & (values < 1)).all()):
        raise DataError(
            "lab.propensity",
            Text(
                "概率要大于 0、小于 1，每行都有", "a probability lies between 0 and 1, and every row has one"
            ),
            Text("改正该列，或不给 --propensity", "mend the column, or leave --propensity out"),
            where=name,
        )
    return np.asarray(values, dtype=np.float64)


def _together(table: pa.Table, other: pa.Table, where: Path) -> pa.Table:
    """Both tables' rows, the types of a column brought together."""
    try:
        return pa.concat_tables([table, other], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
        raise DataError(
            "lab.test",
            Text(f"两个文件的列对不上：{fault}", f"the files' columns do not agree: {fault}"),
            Text("让同名列的取值类型一致", "give columns of one name values of one type"),
            where=str(where),
        ) from fault
