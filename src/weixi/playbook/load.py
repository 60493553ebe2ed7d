"""A playbook opened: shipped by name or read from a file, composed in order, checked, compiled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from weixi.dialect.possible import Possibilities
from weixi.kernel.errors import FaultList, PlaybookError, UsageError, WeixiError
from weixi.kernel.ids import fingerprint
from weixi.kernel.language import Text
from weixi.playbook.check import check
from weixi.playbook.compile import NO_BAND, Compiler
from weixi.playbook.compose import compose
from weixi.playbook.faults import fault, near
from weixi.playbook.law import check_offers
from weixi.playbook.model import Playbook, Vocabulary
from weixi.playbook.promise import check_ceilings, check_promises
from weixi.playbook.reach import check_reach
from weixi.playbook.reading import Entries, Reading, read

SHIPPED = ("work_plan", "care_scheme", "today", "allocation")
"""The playbooks that come with weixi, by name."""


@dataclass(frozen=True, slots=True)
class Review:
    """One reading of playbooks: the plan they make, complete and right only where `faults` is empty.

    `playbook` is None where a file could not be read at all. `entries` holds what was written.
    """

    playbook: Playbook | None
    faults: tuple[WeixiError, ...]
    entries: Entries


@dataclass(frozen=True, slots=True)
class Written:
    """A playbook that is no file: its text, and what it is called in errors."""

    name: str
    source: bytes


Named = str | Path | Written
"""What names a playbook: a shipped one's name, a TOML file, or the text itself."""


def load(names_or_paths: Sequence[Named], vocabulary: Vocabulary) -> Playbook:
    """The playbook that the named ones make together, in order. A name is a shipped one, else a TOML file.

    A playbook's `builds_on` is put before it where it is not named. Raises FaultList with every fault of every file,
    each with its file and line.
    """
    found = review(names_or_paths, vocabulary)
    if found.playbook is None or found.faults:
        raise FaultList(list(found.faults))
    return found.playbook


def review(names_or_paths: Sequence[Named], vocabulary: Vocabulary) -> Review:
    """The same with its faults beside it, in the order of the lines. Raises only where a name has no file."""
    readings = _read_all(names_or_paths)
    faults: list[WeixiError] = [wrong for reading in readings for wrong in reading.faults]
    entries, found = compose(readings)
    faults += found
    if not all(reading.raw for reading in readings):
        # A file that cannot be read at all would make everything that needs it look wrong.
        return Review(None, tuple(sorted(faults, key=_place)), entries)
    headers = [reading.header for reading in readings if reading.header is not None]
    compiler = Compiler(entries, vocabulary, faults)
    playbook = compiler.playbook(
        name="+".join(header.name for header in headers),
        version="+".join(header.version for header in headers),
        title=Text(
            " + ".join(header.title.zh for header in headers),
            " + ".join(header.title.en for header in headers),
        ),
        fingerprint=fingerprint(*(_canonical(reading) for reading in readings)),
    )
    playbook = replace(playbook, titles=tuple(header.title.text for header in headers))
    faults += check(playbook, entries, readings[0].file)
    exempt = {exemption.offer for exemption in playbook.exemptions if exemption.rule == "PARITY"}
    faults += check_offers(compiler.offers, playbook.warnings, exempt)
    faults += check_promises(playbook, entries)
    if not faults:
        # What is wrong itself would seem to contradict what stands beside it.
        possible = possibilities(playbook, vocabulary)
        faults += check_reach(playbook, entries, possible)
        faults += check_ceilings(playbook, entries, possible)
    return Review(playbook, tuple(sorted(faults, key=_place)), entries)


def possibilities(playbook: Playbook, vocabulary: Vocabulary) -> Possibilities:
    """What can be told of the playbook's conditions without data."""
    bands = (NO_BAND, *(band.code for band in playbook.bands))
    return Possibilities(
        {**vocabulary.subscriber, **vocabulary.labelled}, {**vocabulary.words, "band": bands}
    )


def _read_all(names_or_paths: Sequence[Named]) -> list[Reading]:
    """Every file once, in order, each after those it builds on."""
    readings: list[Reading] = []
    seen: set[str] = set()

    def take(name: Named, where: str) -> None:
        file, source = _open(name, where)
        if file in seen:
            return
        seen.add(file)
        reading = read(file, source)
        if reading.header is not None:
            for index, before in enumerate(reading.header.builds_on):
                take(before, reading.place.at("playbook", "builds_on", index))
        readings.append(reading)

    for name in names_or_paths:
        take(name, "")
    if not readings:
        raise PlaybookError(
            "playbook.none",
            Text("没有给出方案", "no playbook is named"),
            Text(f"随附的方案：{', '.join(SHIPPED)}", f"shipped playbooks: {', '.join(SHIPPED)}"),
        )
    return readings


def source_of(file: str) -> bytes:
    """The text of the file that a place of a playbook names. Raises UsageError where there is no such file."""
    return _open(file.removesuffix(".toml") if file.removesuffix(".toml") in SHIPPED else file, "")[1]


def _open(name: Named, where: str) -> tuple[str, bytes]:
    """The file's name for errors and its bytes."""
    if isinstance(name, Written):
        return name.name, name.source
    if str(name) in SHIPPED:
        file = f"{name}.toml"
        return file, (files("weixi.playbook") / file).read_bytes()
    path = Path(name)
    if not path.is_file():
        what = Text(f"没有方案“{name}”", f"there is no playbook “{name}”")
        if where:
            raise fault("not_found", where, what, near(str(name), SHIPPED))
        raise UsageError("playbook.not_found", what, near(str(name), SHIPPED))
    return str(path), path.read_bytes()


def _canonical(reading: Reading) -> str:
    """The file's values without its comments and layout."""
    return json.dumps(reading.raw, ensure_ascii=False, sort_keys=True, default=str)


def _place(wrong: WeixiError) -> tuple[str, int]:
    file, _, line = wrong.where.rpartition(":")
    return (file, int(line)) if line.isdigit() else (wrong.where, 0)
