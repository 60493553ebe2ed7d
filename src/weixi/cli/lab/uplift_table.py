"""A trial in a file: which column is the treatment, which arm is the control, which outcome is the good one."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text

_CONTROL = (
    "0", "no", "none", "control", "ctrl", "false", "holdout", "hold-out", "placebo", "baseline",
    "对照", "对照组", "空白", "留白", "无", "否",
)  # fmt: skip
_GOOD = ("1", "1.0", "yes", "y", "true", "是", "有")
_LEAVING = ("churn", "attrition", "left", "leave", "exit", "lost", "离网", "流失", "销户")


@dataclass(frozen=True)
class Arms:
    """The treatment's values: each row's `arm`, the control's value (`guessed` by its name), the others by size."""

    arm: pa.ChunkedArray
    control: str
    treatments: tuple[str, ...]
    guessed: bool


def read_table(path: Path) -> pa.Table:
    """The rows of a CSV (also .gz; UTF-8 or GB18030) or Parquet file. Raises DataError where it is neither."""
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        for encoding in ("utf8", "gb18030"):
            found = _read_csv(path, encoding)
            if found is not None:
                return found
    except (pa.ArrowException, OSError) as fault:
        raise DataError(
            "lab.file",
            Text(f"读不出来：{fault}", f"it cannot be read: {fault}"),
            Text("给一个有表头的 CSV 或 Parquet 文件", "give a CSV with headers, or a Parquet file"),
            where=str(path),
        ) from fault
    raise DataError(
        "lab.encoding",
        Text("既不是 UTF-8 也不是 GB18030", "it is neither UTF-8 nor GB18030"),
        Text("另存为 UTF-8 的 CSV", "save it as CSV in UTF-8"),
        where=str(path),
    )


def _read_csv(path: Path, encoding: str) -> pa.Table | None:
    """The rows; None where the file is in another encoding, which shows in a header or in values that are no text."""
    try:
        with pa.input_stream(path, compression="detect") as stream:
            found = arrow_csv.read_csv(stream, arrow_csv.ReadOptions(encoding=encoding))
        # Asking for the names decodes them.
        return (
            None if any(pa.types.is_binary(found.schema.field(n).type) for n in found.column_names) else found
        )
    except UnicodeDecodeError:
        return None


def require_columns(table: pa.Table, names: list[str], where: Path) -> None:
    """Raises UsageError where the table lacks one of the columns."""
    lacking = [name for name in names if name not in table.column_names]
    if lacking:
        raise UsageError(
            "lab.column",
            Text(f"没有列 {'、'.join(lacking)}", f"there is no column {', '.join(lacking)}"),
            Text(f"有：{'、'.join(table.column_names)}", f"there are: {', '.join(table.column_names)}"),
            where=str(where),
        )


def arms_of(column: pa.ChunkedArray, control: str | None) -> Arms:
    """The arms of a treatment column. Raises UsageError where the control is not among them or cannot be guessed."""
    arm = column.cast(pa.string())
    counts = {each["values"]: each["counts"] for each in pc.value_counts(arm.drop_null()).to_pylist()}
    names = sorted(counts, key=lambda name: (-counts[name], name))
    chosen = control
    if chosen is None:
        found = [name for name in names if _words(name) & set(_CONTROL)]
        chosen = found[0] if len(found) == 1 else None
    if chosen is None or chosen not in counts:
        said = "" if control is None else control
        raise UsageError(
            "lab.control",
            Text(
                f"对照组“{said}”不在处理列里" if said else "看不出哪一组是对照组",
                f"the control “{said}” is not in the column"
                if said
                else "it is not clear which arm is the control",
            ),
            Text(
                f"用 --control 指定，可选：{'、'.join(names)}",
                f"name it with --control: {', '.join(names)}",
            ),
        )
    return Arms(arm, chosen, tuple(name for name in names if name != chosen), control is None)


def outcome_of(column: pa.ChunkedArray, name: str, good: str | None) -> tuple[NDArray[np.float64], Text]:
    """The outcome as numbers, better the higher (NaN: not known), and in words what that means.

    With `good`: 1 where the column says so. Raises UsageError where the good value must be said.
    """
    text = column.cast(pa.string())
    values = sorted(pc.unique(text.drop_null()).to_pylist())
    if good is not None:
        if good not in values:
            raise _say_good(name, values, Text(f"没有取值“{good}”", f"there is no value “{good}”"))
        return _flag(text, [good]), Text(f"{name} = {good}", f"{name} = {good}")
    is_two = len(values) == 2
    if any(word in name.lower() for word in _LEAVING):
        raise _say_good(
            name, values, Text(f"“{name}”像是坏结果", f"“{name}” looks like something that one wants less of")
        )
    if pa.types.is_boolean(column.type) or (is_two and {v.lower() for v in values} & set(_GOOD)):
        yes = [value for value in values if value.lower() in _GOOD]
        return _flag(text, yes), Text(f"{name} = {yes[0]}", f"{name} = {yes[0]}")
    try:
        numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    except pa.ArrowInvalid:
        raise _say_good(name, values, Text("取值是文字", "its values are words")) from None
    return numbers, Text(f"{name}，越高越好", f"{name}, the higher the better")


def _say_good(name: str, values: list[str], what: Text) -> UsageError:
    some = values[:10]
    return UsageError(
        "lab.good",
        Text(f"{what.zh}，不知道哪个结果是好的", f"{what.en}: it is not clear which outcome is the good one"),
        Text(
            f"用 --good 指定好结果：{'、'.join(some)}",
            f"name the good outcome with --good: {', '.join(some)}",
        ),
        where=name,
    )


def _flag(text: pa.ChunkedArray, good: list[str]) -> NDArray[np.float64]:
    met = pc.is_in(text, pa.array(good, pa.string())).to_numpy(zero_copy_only=False).astype(np.float64)
    known = text.is_valid().to_numpy(zero_copy_only=False).astype(np.bool_)
    return np.where(known, met, np.nan)


def _words(name: str) -> set[str]:
    return {name.strip().lower(), *name.lower().replace("_", " ").split()}
