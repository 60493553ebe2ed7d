"""The text of a playbook as it is edited: the one in force, a shipped one, or a version."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from weixi.flow.run import DEFAULT_PLAYBOOKS, review_playbook
from weixi.kernel.errors import FaultList, PlaybookError, WeixiError
from weixi.kernel.language import Text
from weixi.playbook import Playbook, Review, Written, in_force

FILE = "方案"
"""What the text is called in errors: `方案:96` is its line 96."""


def text_in_force(home: Path) -> str:
    """The text of the playbook in force of the home."""
    found = in_force(home)
    return found.path.read_text(encoding="utf-8") if found is not None else shipped_text(DEFAULT_PLAYBOOKS[0])


def shipped_text(name: str) -> str:
    """The text of a playbook that weixi ships."""
    return (files("weixi.playbook") / f"{name}.toml").read_text(encoding="utf-8")


def read(text: str) -> Review:
    """The text read as a playbook, with every fault at its line."""
    return review_playbook([Written(FILE, text.encode())])


def require_right(text: str) -> Playbook:
    """The playbook that the text makes. Raises FaultList with every fault at its line."""
    found = read(text)
    if found.playbook is None or found.faults:
        raise FaultList(list(found.faults) or [_unread()])
    return found.playbook


def line_of(fault: WeixiError) -> int:
    """The line that the fault points at; 0: none."""
    _, _, line = fault.where.rpartition(":")
    return int(line) if line.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Mark:
    """One fault beside the line that it points at."""

    line: int
    words: str
    fault: WeixiError


def marks(text: str, faults: tuple[WeixiError, ...]) -> tuple[Mark, ...]:
    """The faults with the words of their lines."""
    lines = text.split("\n")
    found = []
    for fault in faults:
        line = line_of(fault)
        words = lines[line - 1].strip()[:160] if 0 < line <= len(lines) else ""
        found.append(Mark(line, words, fault))
    return tuple(found)


def _unread() -> PlaybookError:
    return PlaybookError(
        "playbook.unread",
        Text("方案读不出来", "the playbook cannot be read"),
        Text("检查文本", "look at the text"),
        where=FILE,
    )
