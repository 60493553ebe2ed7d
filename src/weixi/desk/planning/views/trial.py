"""What a trial says, as its page shows it."""

from dataclasses import dataclass
from typing import Any

from weixi.desk.worker.queries import JobLine
from weixi.desk.worker.rules import JobState
from weixi.flow.segment import NO_BAND
from weixi.kernel.language import Text
from weixi.kernel.terms import Category, Cluster, Grade, Stage

_NAMES = {
    "grade": Text("分级", "grade"),
    "band": Text("分档", "band"),
    "stage": Text("分期", "stage"),
    "cluster": Text("分群", "cluster"),
    "category": Text("分类", "category"),
    "rule_grade": Text("分级（缓冲月满后）", "grade, once held"),
}
_TERMS = {"grade": Grade, "rule_grade": Grade, "stage": Stage, "cluster": Cluster, "category": Category}
_NO_BAND = Text("无完整账单月", "no complete billed month")
_LARGEST = 8


@dataclass(frozen=True, slots=True)
class Move:
    """So many lines go from one value of a label to another; `counted` of them the plan's rows count, None: all."""

    old: Text
    new: Text
    lines: int
    counted: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One label: how many lines change it, and the largest moves.

    `network` names the lines that the plan's rows count, where these are not all; `counted` moved lines are among them.
    """

    name: str
    text: Text
    moved: int
    moves: tuple[Move, ...]
    network: Text | None = None
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """One county, warning, offer or budget under both playbooks."""

    code: str
    text: Text
    old: int
    new: int
    old_fen: int | None = None
    new_fen: int | None = None

    @property
    def more(self) -> int:
        """How much more under the new one."""
        return self.new - self.old

    @property
    def more_fen(self) -> int | None:
        """How much more it costs under the new one."""
        return None if self.old_fen is None or self.new_fen is None else self.new_fen - self.old_fen


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry's count under both playbooks; `key` is the hook of its sentence."""

    key: str
    old: Text
    new: Text
    more: int


@dataclass(frozen=True, slots=True)
class Told:
    """A trial that is done."""

    month: str
    lines: int
    changed: int
    labels: tuple[Label, ...]
    counties: tuple[Shift, ...]
    total: Shift
    warnings: tuple[Shift, ...]
    offers: tuple[Shift, ...]
    pools: tuple[Shift, ...]
    counts: tuple[Counted, ...]
    faults: Any
    coverage: float


def told(job: JobLine | None) -> Told | None:
    """What the trial found; None where there is none yet."""
    if job is None or job.state is not JobState.DONE:
        return None
    found = job.result
    counties = tuple(
        Shift(
            county["code"],
            Text(county["name"] or "县分以外", county["name"] or "outside any county"),
            county["old_tasks"],
            county["new_tasks"],
            county["old_cost_fen"],
            county["new_cost_fen"],
        )
        for county in found["counties"]
    )
    total = Shift(
        "",
        Text("合计", "total"),
        sum(one.old for one in counties),
        sum(one.new for one in counties),
        sum(one.old_fen or 0 for one in counties),
        sum(one.new_fen or 0 for one in counties),
    )
    return Told(
        month=found["month"],
        lines=found["lines"],
        changed=found["changed"],
        labels=tuple(_label(name, moved, found) for name, moved in found["moved"].items() if moved),
        counties=counties,
        total=total,
        warnings=_groups(found["warnings"]),
        offers=_groups(found["offers"]),
        pools=tuple(
            Shift(p["code"], Text(**p["text"]), 0, 0, p["old_used_fen"], p["new_used_fen"])
            for p in found["pools"]
        ),
        counts=_counts(*found["counts"]),
        faults=found["faults"],
        coverage=found["coverage"],
    )


def _label(name: str, moved: int, found: dict[str, Any]) -> Label:
    own = sorted(
        (move for move in found["moves"] if move["dimension"] == name), key=lambda move: -int(move["lines"])
    )
    bands = found.get("bands", ({}, {}))
    return Label(
        name,
        _NAMES.get(name, Text(name, name)),
        moved,
        tuple(
            Move(
                _word(name, move["old"], bands[0]),
                _word(name, move["new"], bands[1]),
                move["lines"],
                move.get("counted"),
            )
            for move in own[:_LARGEST]
        ),
        Text(**found["network"]) if name == "band" and "network" in found else None,
        sum(move.get("counted", 0) for move in own),
    )


def _word(name: str, value: str, bands: dict[str, dict[str, str]]) -> Text:
    """The value in words; a band by its code and by what it is called under that playbook."""
    if name == "band":
        called = Text(**bands[value]) if value in bands else _NO_BAND if value == NO_BAND else Text("", "")
        return Text(f"{value} {called.zh}".strip(), f"{value} {called.en}".strip())
    term = _TERMS.get(name)
    return term(value).text if term is not None else Text(value, value)


def _groups(groups: list[dict[str, Any]]) -> tuple[Shift, ...]:
    return tuple(
        Shift(group["code"], Text(**group["text"]), group["old_tasks"], group["new_tasks"])
        for group in groups
        if group["old_tasks"] != group["new_tasks"]
    )


def _counts(old: dict[str, Any], new: dict[str, Any]) -> tuple[Counted, ...]:
    none = {"n": 0, "zh": "—", "en": "—"}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key, none), new.get(key, none)
        found.append(
            Counted(
                key.replace(":", "-", 1),
                Text(before["zh"], before["en"]),
                Text(after["zh"], after["en"]),
                after["n"] - before["n"],
            )
        )
    return tuple(found)
