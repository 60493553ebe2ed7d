"""One entry moved before another: the order changes, not a letter of anything else."""

from collections import Counter
from importlib.resources import files

import pytest

from weixi.flow.run import review_playbook
from weixi.kernel.errors import UsageError
from weixi.playbook import Written, move_before, order_of

SOURCE = b"""[playbook]
name = "x"

[[offer]]
code = "a"
[[offer.condition]]
code = "c"

# About b.
[[offer]]
code = "b"

[[pool]]
code = "p"
"""


def test_the_entry_moves_with_what_belongs_to_it() -> None:
    found = move_before(SOURCE, "offer", "b", "a")
    assert (
        found
        == b"""[playbook]
name = "x"

# About b.
[[offer]]
code = "b"

[[offer]]
code = "a"
[[offer.condition]]
code = "c"

[[pool]]
code = "p"
"""
    )


def test_the_last_entry_of_a_file_moves_too() -> None:
    found = move_before(SOURCE[: SOURCE.index(b"\n[[pool]]")].rstrip(b"\n"), "offer", "b", "a")
    assert order_of(found, "offer") == ("b", "a")


@pytest.mark.parametrize(("code", "other"), [("a", "b"), ("b", "b"), ("b", "z"), ("z", "a")])
def test_what_is_not_there_is_refused(code: str, other: str) -> None:
    with pytest.raises(UsageError, match="has no"):
        move_before(SOURCE, "offer", code, other)


def test_the_work_plan_stays_a_work_plan() -> None:
    source = (files("weixi.playbook") / "work_plan.toml").read_bytes()
    codes = order_of(source, "offer")
    moved = move_before(source, "offer", codes[4], codes[1])
    assert order_of(moved, "offer") == (codes[0], codes[4], codes[1], codes[2], codes[3], *codes[5:])
    assert Counter(moved.splitlines()) == Counter(source.splitlines())
    assert not review_playbook([Written("work_plan.toml", moved)]).faults
