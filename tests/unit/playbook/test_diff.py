"""Two versions of a plan as they are written: what a planner is told of each change."""

from pathlib import Path

import pytest

from weixi.playbook import ChangeKind, diff, review


@pytest.fixture
def changes(small, vocabulary, tmp_path: Path):
    def changes_(*edits: tuple[str, str]):
        text = small
        for old, new in edits:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "a.toml").write_text(small)
        (tmp_path / "b.toml").write_text(text)
        reviews = [review([tmp_path / name], vocabulary) for name in ("a.toml", "b.toml")]
        assert not reviews[1].faults
        return diff(*reviews), text

    return changes_


def test_equal_plans_have_no_changes_and_comments_do_not_count(changes):
    assert changes(("[key_revenue]", "# a remark\n[key_revenue]"))[0] == []


def test_a_threshold_says_both_values_their_lines_and_whom_it_touches(changes):
    [change], text = changes(("value = 80", "value = 100"))
    assert (change.section, change.code, change.key, change.kind) == (
        "parameter",
        "high",
        "value",
        ChangeKind.CHANGED,
    )
    assert (change.old, change.new) == ("80 yuan", "100 yuan")
    assert change.old_at.endswith("a.toml:7")
    assert text.split("\n")[int(change.new_at.split(":")[-1]) - 1] == "value = 100"
    assert change.affects == ("band:LOW", "band:HIGH", "cohort:arpu80", "offer:handset")


def test_a_rule_inside_a_warning_is_named_by_its_key(changes):
    [change], text = changes(('when = "days_to_contract_end <= 10"', 'when = "days_to_contract_end <= 7"'))
    assert (change.section, change.code, change.key) == ("warning", "lease", "level.1.when")
    assert (change.old, change.new) == ("days_to_contract_end <= 10", "days_to_contract_end <= 7")
    assert "<= 7" in text.split("\n")[int(change.new_at.split(":")[-1]) - 1]


def test_added_and_removed_entries_have_one_side(changes):
    lever = '[[lever]]\ncode = "win_over"\ntext = {zh = "挖转", en = "win over"}'
    found, _ = changes((lever, lever.replace("win_over", "win_more")))
    assert [(c.kind, c.code, bool(c.old_at), bool(c.new_at)) for c in found] == [
        (ChangeKind.REMOVED, "win_over", True, False),
        (ChangeKind.ADDED, "win_more", False, True),
    ]


def test_another_order_of_offers_is_a_change(small, changes):
    handset = small[small.index('[[offer]]\ncode = "handset"') : small.index('[[offer]]\ncode = "care"')]
    care = small[small.index('[[offer]]\ncode = "care"') : small.index("[[measure]]")]
    [change], _ = changes((handset + care, care + handset))
    assert (change.section, change.kind) == ("offer", ChangeKind.MOVED)
    assert (change.old, change.new) == ("handset → care", "care → handset")


def test_a_key_that_is_new_has_no_old_value(changes):

    [change], _ = changes(("amount = 1000\n", ""))
    assert (change.key, change.kind, change.old, change.new) == ("amount", ChangeKind.REMOVED, "1000", "")
