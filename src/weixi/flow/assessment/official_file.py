"""Reading what the analysis department hands over: a sheet of official values, a list of subscribers."""

import csv
import io
from collections.abc import Mapping

import pyarrow as pa

from weixi.flow.assessment.catalogue import find_kpi
from weixi.flow.assessment.official import OfficialValue, official_rate
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

YES = {"1", "y", "yes", "true", "是", "计"}
NO = {"", "0", "n", "no", "false", "否", "不计"}


def official_sheet(raw: bytes, where: str) -> list[OfficialValue]:
    """The values of a CSV with the columns kpi, node, value and, where known, numerator and denominator.

    `where` is what the file is called. Raises UsageError naming the line at fault.
    """
    return [
        _value(where, number, row)
        for number, row in enumerate(_read(raw, where, ("kpi", "node", "value")), 2)
    ]


def _value(where: str, number: int, row: Mapping[str, str]) -> OfficialValue:
    counts = [row.get(name) or None for name in ("numerator", "denominator")]
    wrong = [count for count in counts if count is not None and not count.isdecimal()]
    if wrong:
        raise _fault(where, number, Text(f"“{wrong[0]}”不是整数", f"“{wrong[0]}” is no whole number"))
    try:
        kpi, rate = find_kpi(row["kpi"]), official_rate(row["value"])
    except UsageError as fault:
        raise _fault(where, number, fault.what) from fault
    return OfficialValue(kpi, row["node"], rate, *(None if c is None else int(c) for c in counts))


def official_subscribers(raw: bytes, where: str) -> pa.Table:
    """The list of a CSV with the columns subscriber_key, in_numerator, in_denominator, as LISTED has it.

    `where` is what the file is called. Raises UsageError naming the line at fault.
    """
    names = ("subscriber_key", "in_numerator", "in_denominator")
    rows = _read(raw, where, names)
    flags: dict[str, list[bool]] = {name: [] for name in names[1:]}
    for number, row in enumerate(rows, 2):
        if not row["subscriber_key"]:
            raise _fault(where, number, Text("用户编码为空", "the subscriber's key is empty"))
        for name, found in flags.items():
            word = row[name].lower()
            if word not in YES | NO:
                raise _fault(
                    where, number, Text(f"{name} 的“{word}”不是 1 或 0", f"{name} is “{word}”, not 1 or 0")
                )
            found.append(word in YES)
    return pa.table(
        {
            "row_number": pa.array(range(1, len(rows) + 1), pa.int64()),
            "source_key": pa.array([row["subscriber_key"] for row in rows], pa.string()),
            **{name: pa.array(found, pa.bool_()) for name, found in flags.items()},
        }
    )


def _read(raw: bytes, where: str, needed: tuple[str, ...]) -> list[dict[str, str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            rows = list(csv.DictReader(io.StringIO(raw.decode(encoding), newline="")))
            break
        except UnicodeDecodeError:
            continue
        except csv.Error as fault:
            raise _fault(where, 1, Text(f"读不了：{fault}", f"cannot be read: {fault}")) from fault
    else:
        raise _fault(where, 1, Text("编码不是 UTF-8 或 GB18030", "neither UTF-8 nor GB18030"))
    missing = [name for name in needed if not rows or name not in rows[0]]
    if missing:
        raise _fault(
            where,
            1,
            Text(
                f"没有数据，或缺少列 {'、'.join(missing)}",
                f"no rows, or columns missing: {', '.join(missing)}",
            ),
        )
    return [{name: (value or "").strip() for name, value in row.items() if name} for row in rows]


def _fault(where: str, number: int, what: Text) -> UsageError:
    return UsageError(
        "official.file", what, Text("改正后重新登记", "mend it and enter it again"), where=f"{where}:{number}"
    )
