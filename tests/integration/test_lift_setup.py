"""The hold-out that `weixi lift setup` writes, read again by `weixi playbook check`."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner, Result

from weixi.cli.app import house
from weixi.flow.assessment import holdout_toml
from weixi.flow.run import open_playbook


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(house, ["--home", str(home), *arguments])


def test_the_hold_out_that_is_set_up_is_the_share_for_all_who_are_not_exempt(tmp_path: Path) -> None:
    said = call(tmp_path, "lift", "setup", "--share", "0.05", "--out", str(tmp_path / "held.toml"))
    assert said.exit_code == 0, said.output
    checked = call(tmp_path, "playbook", "check", "work_plan", str(tmp_path / "held.toml"))
    assert checked.exit_code == 0, checked.output
    before, after = open_playbook(), open_playbook(("work_plan", tmp_path / "held.toml"))
    assert [rule.sql for rule in after.holdouts] == [rule.sql for rule in before.holdouts]
    assert [rule.share for rule in after.holdouts] == [
        Decimal("0.05") if rule.share else 0 for rule in before.holdouts
    ]
    assert {rule.share for rule in after.holdouts} == {Decimal("0.05"), Decimal(0)}
    nobody = tmp_path / "nobody.toml"
    nobody.write_text(holdout_toml(replace(before, holdouts=()), Decimal("0.02")), encoding="utf-8")
    (everybody,) = open_playbook(("work_plan", nobody)).holdouts
    assert (everybody.when, everybody.share) == ("TRUE", Decimal("0.02"))
