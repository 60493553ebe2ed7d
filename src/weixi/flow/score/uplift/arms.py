"""A trial in a table: which arm is the control, which outcome is the good one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weixi.flow.score.uplift.sample import Names, Vector
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_CONTROL = (
    "0", "no", "none", "control", "ctrl", "false", "holdout", "hold-out", "placebo", "baseline",
    "对照", "对照组", "空白", "留白", "无", "否",
)  # fmt: skip
_GOOD = ("1", "yes", "y", "true", "是", "有")
_LEAVING = ("churn", "attrition", "left", "leave", "exit", "lost", "离网", "流失", "销户")
_SHOWN = 10
"""Values of a column that an error lists."""


@dataclass(frozen=True)
class Arms:
    """The treatment's values: the control's (`guessed` by its name), and the others by size."""

    control: str
    treatments: tuple[str, ...]
    guessed: bool


def arms_of(arm: Names, control: str | None) -> Arms:
    """The arms of a treatment column (None: not known).

    Raises UsageError where the control is not among them or cannot be guessed.
    """
    counts = _counted(arm)
    names = sorted(counts, key=lambda name: (-counts[name], name))
    chosen = control
    if chosen is None:
        found = [name for name in names if _words(name) & set(_CONTROL)]
        chosen = found[0] if len(found) == 1 else None
    if chosen is None or chosen not in counts:
        said = (
            Text("看不出哪一组是对照组", "it is not clear which arm is the control")
            if control is None
            else Text(f"对照组“{control}”不在处理列里", f"the control “{control}” is not in the column")
        )
        raise UsageError(
            "lab.control",
            said,
            Text(
                f"用 --control 指定，可选：{_listed(names, '、')}",
                f"name it with --control: {_listed(names, ', ')}",
            ),
        )
    return Arms(chosen, tuple(name for name in names if name != chosen), control is None)


def outcome_of(words: Names, numbers: Vector | None, name: str, good: str | None) -> tuple[Vector, Text]:
    """The outcome as numbers, better the higher (NaN: not known), and in words what that means.

    `words` are the column's values (None: not known), `numbers` the same where all of them are numbers. With `good`: 1
    where the column says so. Raises UsageError where the good value must be said.
    """
    values = sorted(_counted(words))
    if good is not None:
        if good not in values:
            raise _say_good(name, values, Text(f"没有取值“{good}”", f"there is no value “{good}”"))
        return _flag(words, good), Text(f"{name} = {good}", f"{name} = {good}")
    if any(word in name.lower() for word in _LEAVING):
        raise _say_good(
            name, values, Text(f"“{name}”像是坏结果", f"“{name}” looks like something that one wants less of")
        )
    yes = [value for value in values if value.lower() in _GOOD]
    if len(values) == 2 and yes:
        return _flag(words, yes[0]), Text(f"{name} = {yes[0]}", f"{name} = {yes[0]}")
    if numbers is None:
        raise _say_good(name, values, Text("取值是文字", "its values are words"))
    return numbers, Text(f"{name}，越高越好", f"{name}, the higher the better")


def _say_good(name: str, values: Sequence[str], what: Text) -> UsageError:
    return UsageError(
        "lab.good",
        Text(f"{what.zh}，不知道哪个结果是好的", f"{what.en}: it is not clear which outcome is the good one"),
        Text(
            f"用 --good 指定好结果：{_listed(values, '、')}",
            f"name the good outcome with --good: {_listed(values, ', ')}",
        ),
        where=name,
    )


def _listed(values: Sequence[str], comma: str) -> str:
    return comma.join([*values[:_SHOWN], *(["…"] if len(values) > _SHOWN else [])])


def _counted(words: Names) -> Counter[str]:
    return Counter(str(word) for word in words if word is not None)


def _flag(words: Names, good: str) -> Vector:
    known = np.array([word is not None for word in words], dtype=np.bool_)
    return np.where(known, (words == good).astype(np.float64), np.nan)


def _words(name: str) -> set[str]:
    return {name.strip().lower(), *name.lower().replace("_", " ").split()}
