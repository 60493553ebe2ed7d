"""Changing the order of a playbook's entries in place: one entry's text moved, everything else as it was written."""

import re
import tomllib
from collections.abc import Sequence

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_HEADER = re.compile(rb"^\[\[?([A-Za-z0-9_.\"-]+)\]?\]", re.MULTILINE)
_BESIDE = re.compile(rb"(?:^#[^\n]*\n)*\Z", re.MULTILINE)


def order_of(source: bytes, section: str) -> tuple[str, ...]:
    """The codes of the section's entries, as they stand in the text."""
    entries = tomllib.loads(source.decode()).get(section, [])
    return tuple(str(entry.get("code", "")) for entry in entries)


def move_before(source: bytes, section: str, code: str, other: str) -> bytes:
    """The text with the entry `code` of an array of tables put directly before `other`, its comments with it.

    Raises UsageError where one of them is not there, or stands in that order already.
    """
    codes = order_of(source, section)
    missing = [each for each in (code, other) if each not in codes]
    if missing or codes.index(code) <= codes.index(other):
        said = "、".join(missing) or code
        raise UsageError(
            "playbook.order",
            Text(
                f"方案的 {section} 里没有 {said}，或它已排在 {other} 之前",
                f"the playbook's {section} has no {said}, or it stands before {other} already",
            ),
            Text("核对方案是否已经改过", "see whether the playbook has been changed since"),
        )
    spans = _spans(source, section, codes)
    start, end = spans[codes.index(code)]
    target = spans[codes.index(other)][0]
    block = source[start:end]
    if not block.endswith(b"\n"):
        block += b"\n"
    return source[:target] + block + source[target:start] + source[end:]


def _spans(source: bytes, section: str, codes: Sequence[str]) -> list[tuple[int, int]]:
    """From and up to which byte each entry of the section stands, the comment lines directly above it included."""
    headers = [(match.start(), match[1].decode()) for match in _HEADER.finditer(source)]
    found = []
    for place, (start, name) in enumerate(headers):
        if name != section:
            continue
        later = (at for at, next_name in headers[place + 1 :] if not next_name.startswith(f"{section}."))
        end = next(later, len(source))
        found.append((_above(source, start), end if end == len(source) else _above(source, end)))
    return found if len(found) == len(codes) else []


def _above(source: bytes, start: int) -> int:
    """The first byte of the comment lines that stand directly above."""
    match = _BESIDE.search(source[:start])
    return match.start() if match else start
