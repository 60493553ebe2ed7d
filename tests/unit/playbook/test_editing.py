"""A figure changed in the text of a playbook: its place alone."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from weixi.flow.run import VOCABULARY, review_playbook
from weixi.kernel.errors import UsageError
from weixi.kernel.language import Language
from weixi.playbook import SHIPPED, Written, change, figures_of, keys_of
from weixi.playbook.render.document import Clause, Grid
from weixi.playbook.render.plan import document

SOURCE = (files("weixi.playbook") / "work_plan.toml").read_bytes()


def text(name: str) -> bytes:
    return (files("weixi.playbook") / f"{name}.toml").read_bytes()


def unnamed(value: Any) -> Any:
    """The same without the names of entries, which say figures in words."""
    if isinstance(value, dict):
        return {key: unnamed(inner) for key, inner in value.items() if key != "text"}
    return [unnamed(inner) for inner in value] if isinstance(value, list) else value


def test_one_figure_changes_and_every_other_value_stays() -> None:
    before = tomllib.loads(SOURCE.decode())
    after = tomllib.loads(change(SOURCE, {"parameter.high_value_arpu.value": "100"}).decode())
    assert after["parameter"]["high_value_arpu"]["value"] == 100
    after["parameter"]["high_value_arpu"]["value"] = 80
    assert unnamed(after) == unnamed(before)


def test_shares_are_typed_in_percent_and_several_change_at_once() -> None:
    edits = {"parameter.completion_floor.value": "40%", "band.3.high": " 1,250.5 "}
    after = tomllib.loads(change(SOURCE, edits).decode())
    assert after["parameter"]["completion_floor"]["value"] == 0.4
    assert after["band"][3]["high"] == 1250.5


@pytest.mark.parametrize("typed", ["", "abc", "1; x = 2", "1\nx = 2", "NaN", "Infinity", "1e999", "9" * 40])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        change(SOURCE, {"parameter.high_value_arpu.value": typed})


@pytest.mark.parametrize(
    "name", ["parameter.no_such.value", "playbook.name", "warning.0.when", "", "band.99.low"]
)
def test_only_figures_can_be_changed(name: str) -> None:
    with pytest.raises(UsageError, match=r"playbook\.figure"):
        change(SOURCE, {name: "1"})


@pytest.mark.parametrize("name", SHIPPED)
def test_every_figure_that_is_shown_can_be_changed_to_itself(name: str) -> None:
    source = text(name)
    found = figures_of(review_playbook([Written("x", source)]), "x")
    figures = {figure.name: figure.shown for own in found.values() for figure in own}
    assert len(figures) > 5
    assert tomllib.loads(change(source, figures).decode()) == tomllib.loads(source.decode())


def test_a_playbook_as_text_is_the_same_as_its_file() -> None:
    assert review_playbook([Written("x", SOURCE)]).playbook is not None
    one, other = review_playbook([Written("x", SOURCE)]).playbook, review_playbook(["work_plan"]).playbook
    assert one is not None
    assert other is not None
    assert one.fingerprint == other.fingerprint


def test_every_rule_of_the_plan_has_its_sentence() -> None:
    found = review_playbook()
    assert found.playbook is not None
    keys = keys_of(found)
    blocks = document(found.playbook, VOCABULARY, Language.ZH).blocks
    ats = {block.at for block in blocks if isinstance(block, Clause)}
    ats |= {at for block in blocks if isinstance(block, Grid) for at in block.ats}
    said = {keys[at] for at in ats if at in keys}
    for section in (
        "grade",
        "band",
        "stage",
        "cluster",
        "category",
        "cohort",
        "warning",
        "offer",
        "pool",
        "kpi",
    ):
        wanted = {key for key in keys.values() if key[0] == section}
        assert wanted <= said, section
    assert all(len(block.ats) == len(block.rows) for block in blocks if isinstance(block, Grid))


def test_names_that_say_a_figure_follow_it() -> None:
    said = change(SOURCE, {"parameter.high_value_arpu.value": "100"}).decode()
    for new in (
        "50–100 元",
        "100–120 元",
        "100 to 120 yuan",
        "ARPU 100 元及以上的拍照用户",
        "ARPU 100–199 元",
        "ARPU 100 元以下",
    ):
        assert new in said
    assert "重点对ARPU值大于80元以上的用户" in said  # what the plan's document says stays as it is quoted
    assert 'code = "B80"' in said
