"""What vouches for a file: marks and lists of every common form."""

from pathlib import Path

import pytest

from weixi.flow.extract.manifest import is_mark, vouchers
from weixi.kernel.errors import DataError

SHA, MD5 = "ab" * 32, "cd" * 16


@pytest.mark.parametrize(
    ("mark", "content", "told"),
    [
        ("user.csv.ok", "", (None, None, None, None)),
        ("user.ok", "", (None, None, None, None)),
        ("user.csv.chk", "user.csv|120|4096|" + SHA, (120, 4096, SHA, None)),
        ("user.csv.chk", "120", (120, None, None, None)),
        ("user.csv.md5", f"{MD5} *user.csv\n", (None, None, None, MD5)),
        ("user.csv.sha256", SHA, (None, None, SHA, None)),
        ("SHA256SUMS", f"{SHA}  user.csv\n", (None, None, SHA, None)),
        ("all.lst", f"user.csv,120,4096,{MD5}\n", (120, 4096, None, MD5)),
    ],
)
def test_marks_and_lists(tmp_path: Path, mark: str, content: str, told: tuple[object, ...]) -> None:
    path = tmp_path / "user.csv"
    path.write_text("x")
    (tmp_path / mark).write_text(content)
    said = vouchers([path])[path]
    assert (said.rows, said.bytes, said.sha256, said.md5) == told
    assert is_mark(mark)
    assert not is_mark("user.csv")


@pytest.mark.parametrize(
    ("mark", "content"), [("user.csv.md5", "none"), ("a.lst", "other.csv|1"), ("a.lst", "../user.csv|1")]
)
def test_a_mark_that_says_nothing_of_the_file_is_refused(tmp_path: Path, mark: str, content: str) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    for path in (folder / "user.csv", tmp_path / "user.csv"):
        path.write_text("x")
    (folder / mark).write_text(content)
    with pytest.raises(DataError, match=r"extract\.manifest"):
        vouchers([folder / "user.csv"])


def test_without_any_nothing_is_vouched(tmp_path: Path) -> None:
    (tmp_path / "user.csv").write_text("x")
    assert vouchers([tmp_path / "user.csv"]) == {}
