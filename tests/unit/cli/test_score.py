"""`weixi score` where there is nothing to show: it says what lacks and what to do, in both languages."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from weixi.cli.app import house

CALLS = (("score",), ("score", "warning"), ("score", "asleep"))


def said(home: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(house, ["--home", str(home), *words], prog_name="weixi")
    return done.exit_code, done.output


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_without_a_book(tmp_path: Path, call: tuple[str, ...]) -> None:
    code, words = said(tmp_path, *call)
    assert code == 1
    assert "还没有跑过任何月份" in words
    assert "weixi import" in words
    code, words = said(tmp_path, "--lang", "en", *call)
    assert code == 1
    assert "no month was run yet" in words


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_before_the_run(tmp_path: Path, call: tuple[str, ...]) -> None:
    code, words = said(tmp_path, *call, "--month", "2025-06")
    assert code == 1
    assert "2025-06" in words
    assert "处理办法" in words
    code, words = said(tmp_path, "--lang", "en", *call, "--month", "2025-06")
    assert code == 1
    assert "2025-06" in words
    assert "What to do" in words


@pytest.mark.parametrize("words", [("--month", "June"), ("--top", "0"), ("nonsense",)], ids=" ".join)
def test_a_call_that_cannot_be_taken(tmp_path: Path, words: tuple[str, ...]) -> None:
    code, answer = said(tmp_path, "score", *words)
    assert code == 2
    assert answer.startswith("[")


@pytest.mark.parametrize(
    "call",
    [
        ("score",),
        ("score", "asleep"),
        ("lift",),
        ("lift", "profit"),
        ("learn", "--no-retrain"),
        ("learn", "actions"),
        ("learn", "keep", "single", "--by", "a", "--reason", "b"),
        ("learn", "release", "--by", "a", "--reason", "b"),
        ("value",),
    ],
    ids=" ".join,
)
def test_a_month_that_was_never_imported_leaves_nothing_behind(tmp_path: Path, call: tuple[str, ...]) -> None:
    code, words = said(tmp_path, *call, "--month", "1999-01")
    assert code == 1
    assert "账册里没有 1999-01" in words
    assert "weixi import" in words
    assert not list((tmp_path / "tables").rglob("month=199901*"))
