"""One table through the lab: read, typed, guarded, then evaluated beside the peers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from weixi.flow.score.churn.budget import Choice, choose_members
from weixi.flow.score.churn.catboost import CATBOOST, has_catboost
from weixi.flow.score.churn.frame import Ints
from weixi.flow.score.churn.guard import Guarded, guard
from weixi.flow.score.churn.kind import Kind, type_table
from weixi.flow.score.churn.lab import Evaluation, Settings, evaluate
from weixi.flow.score.churn.label import Label, read_label
from weixi.flow.score.churn.member import MEMBERS, Member
from weixi.flow.score.churn.net import NET
from weixi.flow.score.churn.peer import ALL_PEERS, peers
from weixi.flow.score.churn.reading import TextTable, read_table
from weixi.flow.score.churn.stack import INNER
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Request:
    """What an analyst asks of the lab: a file, its label, what to leave out, and how to evaluate.

    None or () is found by looking. `budget_seconds` is CPU for our stack; `own_members` names those of its members
    that may be used, () for all that are installed. Without `has_peers` our stack is evaluated alone.
    """

    path: Path
    label: str | None = None
    positive: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    drop_doubted: bool = False
    sheet: str | None = None
    budget_seconds: float | None = None
    own_members: tuple[str, ...] = ()
    has_peers: bool = True
    settings: Settings = Settings()


@dataclass(frozen=True, eq=False)
class Assay:
    """What the lab found: the table's shape, what was left out and why, and the evaluation.

    `dropped` are the columns that hold nothing to learn from, by kind; `absent` the peers that are not installed.
    """

    request: Request
    rows: int
    faulty: int
    label: Label
    features: tuple[str, ...]
    dropped: tuple[tuple[str, Kind], ...]
    guarded: Guarded
    duplicates: int
    choice: Choice
    absent: tuple[str, ...]
    evaluation: Evaluation

    @property
    def leavers(self) -> Ints:
        """1 for every row that left, 0 for the others."""
        return self.label.values


def assay(request: Request, progress: Callable[[str, int], None] = lambda _, __: None) -> Assay:
    """The whole lab on one table.

    `progress` is told a method and its number of fits once, with the first of them done. Raises UsageError for a
    column that is not there, DataError where nothing is left to learn from.
    """
    table = read_table(request.path, request.sheet)
    label = read_label(table, request.label, request.positive)
    asked = _named(table, (*request.keys, *request.drop))
    typed = type_table(table)
    kinds = {name: kind for name, kind in typed.kinds.items() if name != label.column and name not in asked}
    whole = typed.frame.without([label.column, *asked])
    guarded = guard(whole, label.values, request.settings.seed)
    gone = [one.column for one in guarded.refused]
    if request.drop_doubted:
        gone += [one.column for one in guarded.doubted]
    frame = whole.without(gone)
    if not frame.names:
        raise DataError(
            "lab.nothing",
            Text(
                "除去编号、常数列和泄漏列，没有可用的列",
                "no column is left besides keys, constants and leaks",
            ),
            Text("给出带有用户特征的表", "give a table that has features of the subscribers"),
            where=str(request.path),
        )
    found = peers() if request.has_peers else ()
    fits = request.settings.folds * INNER
    choice = choose_members(
        _members(request.own_members), frame.rows, len(frame.names), fits, request.budget_seconds
    )
    evaluation = evaluate(
        frame,
        label.values,
        choice,
        found,
        request.settings,
        lambda name: progress(name, fits * len(choice.members) + request.settings.folds * len(found)),
    )
    names = {peer.name for peer in found}
    return Assay(
        request=request,
        rows=table.rows,
        faulty=table.faulty,
        label=label,
        features=frame.names,
        dropped=tuple((name, kind) for name, kind in kinds.items() if kind in (Kind.KEY, Kind.SAME)),
        guarded=guarded,
        duplicates=frame.rows - int(frame.groups().max()) - 1,
        choice=choice,
        absent=tuple(name for name in ALL_PEERS if name not in names) if request.has_peers else (),
        evaluation=evaluation,
    )


def _members(names: Sequence[str]) -> tuple[Member, ...]:
    every = (*MEMBERS, NET, *((CATBOOST,) if has_catboost() else ()))
    unknown = sorted(set(names) - {member.name for member in every})
    if unknown:
        raise UsageError(
            "lab.member",
            Text(f"没有成员模型“{'、'.join(unknown)}”", f"there is no member {', '.join(unknown)}"),
            Text(
                f"可用：{'、'.join(member.name for member in every)}",
                f"there are: {', '.join(member.name for member in every)}",
            ),
        )
    return tuple(member for member in every if not names or member.name in names)


def _named(table: TextTable, names: Sequence[str]) -> set[str]:
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        raise UsageError(
            "lab.column",
            Text(f"表里没有这些列：{'、'.join(unknown)}", f"the table has no {', '.join(unknown)}"),
            Text(f"有：{'、'.join(table.columns)}", f"there are: {', '.join(table.columns)}"),
        )
    return set(names)
