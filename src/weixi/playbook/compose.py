"""Several playbooks as one: entries unite, and what two of them claim is an error unless the later one replaces it."""

from collections.abc import Sequence

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text
from weixi.playbook.faults import fault, near
from weixi.playbook.reading import Entries, Reading
from weixi.playbook.sections import SECTIONS, Shape


def compose(readings: Sequence[Reading]) -> tuple[Entries, list[WeixiError]]:
    """The entries of all playbooks in order, and the faults of bringing them together.

    Named entries unite: the earlier playbook's come first. A code that two entries claim, or a section that only
    means something as a whole written twice, is a fault naming both lines, unless the later playbook's header has
    `replaces = ["section"]`: then the earlier section is dropped as a whole; with `replaces = ["section.code"]` the
    later entry takes the place of that one.
    """
    merged = Entries()
    faults: list[WeixiError] = []
    for reading in readings:
        _drop_replaced(merged, reading, faults)
        for name in reading.entries.by_section:
            _unite(merged, reading, name, faults)
    return merged, faults


def _drop_replaced(merged: Entries, reading: Reading, faults: list[WeixiError]) -> None:
    if reading.header is None:
        return
    for index, name in enumerate(reading.header.replaces):
        at = reading.place.at("playbook", "replaces", index)
        section, _, code = name.partition(".")
        if code and section in SECTIONS and SECTIONS[section].shape in (Shape.NAMED, Shape.LIST):
            _replace_one(merged, reading, section, code, at, faults)
        elif name not in SECTIONS:
            faults.append(
                fault(
                    "unknown_section",
                    at,
                    Text(f"replaces 里的“{name}”不是一张表", f"“{name}” in replaces is not a table"),
                    near(name, SECTIONS),
                )
            )
        elif not reading.entries.has(name):
            faults.append(
                fault(
                    "replaces_nothing",
                    at,
                    Text(
                        f"声明替换“{name}”，本文件却没有写它",
                        f"“{name}” is said to be replaced but is not written here",
                    ),
                    Text(
                        f"写上 {SECTIONS[name].header}，或从 replaces 删去",
                        "write it, or take it out of replaces",
                    ),
                )
            )
        else:
            merged.by_section.pop(name, None)
            merged.broken.pop(name, None)


def _replace_one(
    merged: Entries, reading: Reading, section: str, code: str, at: str, faults: list[WeixiError]
) -> None:
    """Put the reading's entry where the earlier one of that code stands."""
    old = merged.by_section.get(section, [])
    if code not in {entry.code for entry in old}:
        if code not in merged.broken.get(section, set()):
            what = Text(f"前面的方案没有 {section} “{code}”", f"no earlier playbook has {section} “{code}”")
            faults.append(fault(f"unknown_{section}", at, what, near(code, merged.codes(section))))
        return
    new = [entry for entry in reading.entries.by_section.get(section, []) if entry.code == code]
    if not new:
        if code not in reading.entries.broken.get(section, set()):
            what = Text(
                f"声明替换 {section} “{code}”，本文件却没有写它",
                f"{section} “{code}” is said to be replaced but is not written here",
            )
            remedy = Text("写上它，或从 replaces 删去", "write it, or take it out of replaces")
            faults.append(fault("replaces_nothing", at, what, remedy))
        return
    merged.by_section[section] = [new[0] if entry.code == code else entry for entry in old]


def _unite(merged: Entries, reading: Reading, name: str, faults: list[WeixiError]) -> None:
    section = SECTIONS[name]
    new = reading.entries.by_section[name]
    old = merged.by_section.setdefault(name, [])
    if broken := reading.entries.broken.get(name):
        merged.broken.setdefault(name, set()).update(broken)
    remedy = Text(
        f'改名或删去一个；要整段替换，在后一个方案开头写 replaces = ["{name}"]',
        f'rename or delete one; to replace the whole section write replaces = ["{name}"] in the later header',
    )
    if section.shape in (Shape.WHOLE, Shape.SINGLE) and old and new:
        faults.append(
            fault(
                "duplicate_section",
                new[0].place.at(),
                Text(
                    f"“{name}”在 {old[0].place.at()} 已经写过",
                    f"“{name}” is already written at {old[0].place.at()}",
                ),
                remedy,
            )
        )
        return
    seen = {entry.code: entry for entry in old if entry.code}
    for entry in new:
        first = seen.get(entry.code)
        if first is entry:  # it already stands in the place of the one that it replaces
            continue
        if first is None:
            old.append(entry)
            if entry.code:
                seen[entry.code] = entry
            continue
        same_file = first.place.file == entry.place.file
        faults.append(
            fault(
                "duplicate_code",
                entry.place.at("kpi" if name == "kpi" else "code"),
                Text(
                    f"{name} 的“{entry.code}”在 {first.place.at()} 已经写过",
                    f"{name} “{entry.code}” is already written at {first.place.at()}",
                ),
                Text("改名或删去一个", "rename or delete one of them") if same_file else remedy,
            )
        )
