"""A text in blocks of whole lines, its end looked at: a line without end, a cut, an end marker."""

from collections.abc import Iterator
from typing import BinaryIO

from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

BLOCK = 2 * 1024 * 1024
LONGEST_LINE = 1024 * 1024
_END_OF_FILE = b" \t\r\x00\x1a"


def blocks(stream: BinaryIO, size: int = BLOCK) -> Iterator[tuple[bytes, bool]]:
    """The stream as blocks that end with a line, and whether each is the last; only the last may lack a newline.

    Raises DataError, after a bounded read, where a line has no end for LONGEST_LINE bytes.
    """
    rest, offset = b"", 0
    while True:
        piece = stream.read(size)
        if not piece:
            yield rest, True
            return
        cut = piece.rfind(b"\n") + 1
        if cut == 0:
            rest += piece
            if len(rest) > LONGEST_LINE:
                raise too_long(Text(f"字节偏移 {offset} 起的行", f"the line at byte offset {offset}"))
            continue
        whole = rest + piece[:cut]
        offset += len(whole)
        yield whole, False
        rest = piece[cut:]


def ended(parts: Iterator[tuple[bytes, bool]], encoding: str) -> Iterator[tuple[bytes, bool]]:
    """The same blocks. Raises DataError at the end where the last line has no line end, so that it may be cut."""
    for block, last in parts:
        if last and block.strip(_END_OF_FILE):
            count = len(block.decode(encoding, "replace"))
            raise DataError(
                "extract.cut",
                Text(
                    f"末行没有换行符（只有 {count:,} 个字符），文件可能未写完",
                    f"the last line has no end (after {count:,} characters): the file may be cut",
                ),
                Text(
                    "重新传送；确已写完时加 --accept-short，或随附 .ok/.sha256 校验文件",
                    "send it again; if it is whole, add --accept-short, or send a .ok or .sha256 file with it",
                ),
            )
        yield block, last


def unmarked(parts: Iterator[tuple[bytes, bool]], marker: str, encoding: str) -> Iterator[tuple[bytes, bool]]:
    """The blocks without the last line, which begins with the marker. Raises DataError where it does not."""
    held = b""
    for block, last in parts:
        if not last and not block.strip():
            held += block
            continue
        if not last:
            if held:
                yield held, False
            held = block
            continue
        whole = (held + block).rstrip(b"\r\n" + _END_OF_FILE)
        cut = whole.rfind(b"\n") + 1
        if not whole[cut:].decode(encoding, "replace").strip().startswith(marker):
            raise DataError(
                "extract.end_marker",
                Text(
                    f"末行不是结束标记“{marker}”，文件未写完",
                    f"the last line is not the end marker “{marker}”: the file is cut",
                ),
                Text("重新传送；没有写入任何数据", "send it again; nothing was written"),
            )
        yield whole[:cut], True


def too_long(what: Text) -> DataError:
    """The refusal of a line that no table has."""
    most = f"{LONGEST_LINE // 1024 // 1024} MB"
    return DataError(
        "extract.line_length",
        Text(
            f"{what.zh}超过 {most}，不是文本表格", f"{what.en} is longer than {most}: this is no text table"
        ),
        Text("检查文件格式和换行符", "look at the file's format and line ends"),
    )
