"""Answers that are worked out once."""

import threading

import pytest

from weixi.desk.scorecard.queries.kept import Kept


def test_who_asks_at_the_same_moment_waits_for_one_answer() -> None:
    kept: Kept[int] = Kept(2)
    asked: list[int] = []
    begin, go = threading.Barrier(5), threading.Event()
    found: list[int] = []

    def work() -> int:
        asked.append(1)
        go.wait(10)
        return 7

    def ask() -> None:
        begin.wait(10)
        found.append(kept.get("a", work))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    begin.wait(10)
    go.set()
    for thread in threads:
        thread.join(10)
    assert (found, asked) == ([7] * 4, [1])


def test_a_fault_is_raised_and_not_kept() -> None:
    kept: Kept[int] = Kept(2)

    def fail() -> int:
        raise ValueError("no data")

    with pytest.raises(ValueError, match="no data"):
        kept.get("a", fail)
    assert kept.get("a", lambda: 3) == 3


def test_the_least_lately_asked_for_goes_first() -> None:
    kept: Kept[int] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: 1)
    assert [kept.get(key, lambda: 2) for key in ("a", "c")] == [1, 1]
    assert kept.get("b", lambda: 2) == 2


def test_only_an_answer_that_is_there_is_at_hand() -> None:
    kept: Kept[int] = Kept(2)
    seen: list[bool] = []

    def work() -> int:
        seen.append(kept.has("a"))
        return 1

    assert not kept.has("a")
    kept.get("a", work)
    assert (seen, kept.has("a")) == ([False], True)
