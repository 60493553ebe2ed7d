"""How the columns of a file differ from those of the import before, and what a missing one may be called now."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from weixi.flow.extract.header import folded
from weixi.kernel.errors import DataError, FaultList, WeixiError
from weixi.kernel.language import Text

_ALIKE = 0.55
_SHOWN = 20


def renamed_to(name: str, names: Sequence[str], taken: Sequence[str], before: Sequence[str]) -> str | None:
    """The column of the file that the missing one most likely is; None where none is like it.

    `taken` are columns that the mapping reads, `before` the columns of the import before: a new column in the missing
    one's place counts most, then likeness of the names.
    """
    old = {folded(one) for one in before}
    free = [one for one in names if one and one not in taken and folded(one) not in old - {folded(name)}]
    if name in before and len(before) == len(names):
        there = names[list(before).index(name)]
        if there in free:
            return there
    scored = [(_likeness(name, one), one) for one in free]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= _ALIKE else None


def lacking_columns(
    wheres: Mapping[str, str], names: Sequence[str], taken: Sequence[str], before: Sequence[str]
) -> FaultList:
    """The refusal of a file without columns that the mapping reads; `wheres` are the mapping's lines of each.

    What else changed is said once, with the first.
    """
    free = [one for one in names if one and one not in taken]
    zh = [f"文件里映射没有用到的列：{_listed(free, '、') or '无'}"]
    en = [f"its columns that the mapping does not use: {_listed(free, ', ') or 'none'}"]
    for remark in drift_remarks("", names, before) if before else ():
        zh.append(remark.zh.strip())
        en.append(remark.en.strip())
    faults: list[WeixiError] = []
    for name, where in wheres.items():
        guess = renamed_to(name, names, taken, before)
        hint = Text("核对导出的列", "look at the columns that were exported")
        if guess is not None:
            hint = Text(
                f"可能改名为“{guess}”：核对后改映射此行",
                f"it may be called “{guess}” now: look, and change this line of the mapping",
            )
        more = Text("；".join(["", *zh]), "; ".join(["", *en])) if not faults else Text("", "")
        what = Text(f"文件没有列“{name}”", f"the file has no column “{name}”")
        remedy = Text(hint.zh + more.zh, hint.en + more.en)
        faults.append(DataError("mapping.column", what, remedy, where=where))
    return FaultList(faults)


def drift_remarks(name: str, names: Sequence[str], before: Sequence[str]) -> Iterator[Text]:
    """What is new, gone or in another order since the import before, as one remark; nothing where all is as it was."""
    now, then = [folded(one) for one in names], [folded(one) for one in before]
    added = [one for one, key in zip(names, now, strict=True) if key not in then and key]
    gone = [one for one, key in zip(before, then, strict=True) if key not in now and key]
    stayed = [key for key in now if key in then], [key for key in then if key in now]
    zh, en = [], []
    if added:
        zh.append(f"新增列 {_listed(added, '、')}（未映射，未读取）")
        en.append(f"new columns {_listed(added, ', ')} (not mapped, not read)")
    if gone:
        zh.append(f"减少列 {_listed(gone, '、')}")
        en.append(f"columns gone {_listed(gone, ', ')}")
    if stayed[0] != stayed[1]:
        zh.append("列序有变（按列名读取，不受影响）")
        en.append("columns in another order (read by name, so no harm)")
    if zh:
        yield Text(
            f"{name} 与上次导入相比：{'；'.join(zh)}", f"{name} against the last import: {'; '.join(en)}"
        )


def _listed(names: Sequence[str], between: str) -> str:
    more = f" … ({len(names)})" if len(names) > _SHOWN else ""
    return between.join(names[:_SHOWN]) + more


def _likeness(one: str, other: str) -> float:
    first, second = folded(one), folded(other)
    if min(len(first), len(second)) >= 2 and (first in second or second in first):
        return 0.9
    return SequenceMatcher(None, first, second).ratio()
