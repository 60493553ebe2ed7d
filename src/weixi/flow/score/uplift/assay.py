"""A trial in any table through the lab: read, typed, one study for each arm of the treatment, one uplift a row."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from weixi.flow.score.churn.kind import Kind, Typed, numbers_in, type_table
from weixi.flow.score.churn.reading import TextTable, read_table, stacked
from weixi.flow.score.uplift.arms import Arms, arms_of, outcome_of
from weixi.flow.score.uplift.encoding import Encoding, encode_columns
from weixi.flow.score.uplift.evaluation import count_steps
from weixi.flow.score.uplift.evidence import Effect
from weixi.flow.score.uplift.learner import Learner
from weixi.flow.score.uplift.power import Need, hold_out_needs
from weixi.flow.score.uplift.sample import Flags, Index, Matrix, Names, Vector
from weixi.flow.score.uplift.study import Sample, Study, study
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Request:
    """What an analyst asks of the lab: the files, and which column is what; None is found by looking, or not there."""

    path: Path
    outcome: str
    treatment: str | None = None
    test_path: Path | None = None
    sheet: str | None = None
    control: str | None = None
    good: str | None = None
    key: str | None = None
    drop: tuple[str, ...] = ()
    propensity: str | None = None
    segment: str | None = None

    @property
    def kept_apart(self) -> tuple[str, ...]:
        """The columns that are no features; a segment is one."""
        named = (self.treatment, self.outcome, self.key, self.propensity, *self.drop)
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True, eq=False)
class ArmStudy:
    """One arm against the control: its study, and the uplift and what is known of it for every row of the answer."""

    arm: str
    treated_count: int
    control_count: int
    study: Study
    uplift: Vector
    effect: Sequence[str]


@dataclass(frozen=True, eq=False)
class Assay:
    """Everything found in a trial. `unusable` rows lack treatment or outcome, `faulty` ones could not be read.

    `left_out` are columns that say nothing: keys, the same in every row. `keys` has the key of every row that gets an
    uplift (the test file's, else all), `answered` how many these are; None: no key was named.
    """

    request: Request
    arms: Arms
    outcome: Text
    is_binary: bool
    encoding: Encoding
    left_out: tuple[str, ...]
    rows: int
    faulty: int
    unusable: int
    answered: int
    keys: Sequence[str] | None
    studies: tuple[ArmStudy, ...]


@dataclass(frozen=True, slots=True)
class NoTrial:
    """A table without a trial: its rows, the good outcome's rate (None: not a rate), and what a hold-out would need."""

    rows: int
    outcome: Text
    rate: float | None
    needs: tuple[Need, ...]


def assay(
    request: Request,
    *,
    peers: Sequence[Learner] = (),
    count: int,
    seed: int,
    threads: int,
    clock: Callable[[], float],
    step: Callable[[int, int], None] = lambda _, __: None,
) -> Assay | NoTrial:
    """Study every arm against the control; NoTrial where nobody, or everybody, was treated.

    `step` is told how many fits are done, of how many. Raises UsageError where the request does not fit the table,
    DataError where an arm says nothing.
    """
    table, learnt = _read(request)
    outcome, words = outcome_of(
        _values(table, request.outcome), _numbers(table, request.outcome), request.outcome, request.good
    )
    label = None if request.treatment is None else _values(table, request.treatment)
    if label is None or len(set(label.tolist()) - {None}) < 2:
        return _no_trial(table, outcome, words)
    arms = arms_of(label, request.control)
    given = None if request.propensity is None else _propensity(table, request.propensity)
    encoding, left_out, matrix = _features(type_table(table), table, request)
    usable = ~np.isnan(outcome) & np.array([each is not None for each in label], dtype=np.bool_)
    is_test = np.arange(table.rows) >= learnt
    segment = None if request.segment is None else np.array(_texts(table, request.segment), dtype=object)
    told = is_test if request.test_path else np.ones(table.rows, dtype=np.bool_)
    total = count_steps(1 if request.test_path else count, peers) * len(arms.treatments)
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
                is_test[rows] if request.test_path else None,
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
    first = learnt if request.test_path else 0
    return Assay(
        request=request,
        arms=arms,
        outcome=words,
        is_binary=bool(np.isin(outcome[usable], (0.0, 1.0)).all()),
        encoding=encoding,
        left_out=left_out,
        rows=table.rows,
        faulty=table.faulty,
        unusable=int((~usable).sum()),
        answered=table.rows - first,
        keys=None if request.key is None else _texts(table, request.key)[first:],
        studies=tuple(studies),
    )


def _read(request: Request) -> tuple[TextTable, int]:
    """The rows of the file and, below them, of the test file; how many are the file's own."""
    table = read_table(request.path, request.sheet)
    named = [*request.kept_apart, *([request.segment] if request.segment else [])]
    _require(table, named, request.path)
    if request.test_path is None:
        return table, table.rows
    other = read_table(request.test_path, request.sheet)
    _require(other, table.columns, request.test_path)
    return stacked(table, other), table.rows


def _require(table: TextTable, names: Iterable[str], where: Path) -> None:
    lacking = [name for name in names if name not in table.columns]
    if lacking:
        raise UsageError(
            "lab.column",
            Text(f"没有列 {'、'.join(lacking)}", f"there is no column {', '.join(lacking)}"),
            Text(f"有：{'、'.join(table.columns)}", f"there are: {', '.join(table.columns)}"),
            where=str(where),
        )


def _no_trial(table: TextTable, outcome: Vector, words: Text) -> NoTrial:
    known = outcome[~np.isnan(outcome)]
    if not len(known) or not np.isin(known, (0.0, 1.0)).all():
        return NoTrial(table.rows, words, None, ())
    rate = float(known.mean())
    return NoTrial(table.rows, words, rate, hold_out_needs(rate) if 0 < rate < 1 else ())


def _texts(table: TextTable, name: str) -> list[str]:
    return [str(text) for text in table.columns[name].to_pylist()]


def _numbers(table: TextTable, name: str) -> Vector | None:
    return numbers_in(table.columns[name], table.decimal)


def _values(table: TextTable, name: str) -> Names:
    """The column's values as people name them, None where a cell is empty: 0 and 0.0 are one."""
    texts, numbers = _texts(table, name), _numbers(table, name)
    if numbers is None or any(text and np.isnan(value) for text, value in zip(texts, numbers, strict=True)):
        return np.array([text or None for text in texts], dtype=object)
    return np.array([None if np.isnan(value) else f"{value:.15g}" for value in numbers], dtype=object)


def _features(typed: Typed, table: TextTable, request: Request) -> tuple[Encoding, tuple[str, ...], Matrix]:
    """The columns that are features, the names of those that say nothing, and the features of every row."""
    names = [name for name in table.columns if name not in request.kept_apart]
    able = [name for name in names if typed.kinds[name] not in (Kind.KEY, Kind.SAME)]
    columns = pa.table({name: _column(typed, table, name) for name in able}) if able else None
    encoding = Encoding((), ()) if columns is None else encode_columns(columns, able)
    if columns is None or not encoding.names:
        raise DataError(
            "lab.nothing",
            Text(
                "除去编号、常数列和指明的列，没有可用的特征列",
                "no feature is left besides keys, constants and the columns that were named",
            ),
            Text("给出带有事先已知特征的表", "give a table with what was known beforehand"),
            where=str(request.path),
        )
    made = {column.name for column in encoding.columns}
    return encoding, tuple(name for name in names if name not in made), encoding.matrix(columns)


def _column(typed: Typed, table: TextTable, name: str) -> pa.Array:
    if name in typed.frame.numbers:
        return pa.array(typed.frame.numbers[name], from_pandas=True)
    return pa.array([text or None for text in _texts(table, name)], pa.string())


def _of_arm(
    arm: str, found: Study, matrix: Matrix, segment: Names | None, rows: Index, told: Flags
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


def _propensity(table: TextTable, name: str) -> Vector:
    values = _numbers(table, name)
    if values is None or not bool(((values > 0) & (values < 1)).all()):
        raise DataError(
            "lab.propensity",
            Text(
                "概率要大于 0、小于 1，每行都有", "a probability lies between 0 and 1, and every row has one"
            ),
            Text("改正该列，或不给 --propensity", "mend the column, or leave --propensity out"),
            where=name,
        )
    return values
