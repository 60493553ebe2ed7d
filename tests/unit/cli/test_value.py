"""`weixi value` and the page of `weixi plan clocks --calibration`, as a manager calls them."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from handmade.lives import put_lives
from handmade.tables import Node, put, put_tree
from weixi.cli.app import house
from weixi.cli.clocks_plot import page
from weixi.engine import Engine, Store
from weixi.flow.cohort import ASSIGNMENT
from weixi.flow.score import build_value
from weixi.flow.segment import LABEL
from weixi.flow.warning import LEVELS, LevelCoverage
from weixi.kernel.language import Language
from weixi.kernel.period import Month
from weixi.playbook import Playbook

FIRST = Month.of(2025, 1)
LAST = FIRST.plus(3)
WORDS = {"band": "B80", "stage": "STABLE", "cluster": "GENERAL", "category": "PERSONAL"}
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def home(duckdb: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty lines over four months, every third of them KEY; line 1 to 40 in county A, the rest in B."""
    made = tmp_path_factory.mktemp("value")
    store = Store(made, duckdb)
    lines = [row["subscriber_id"] for row in put_lives(store, FIRST, 4, 60)[LAST]]
    labels = [{"subscriber_id": n, "grade": "REGULAR" if n % 3 else "KEY", **WORDS} for n in lines]
    put(store, LABEL, labels, month=LAST.number)
    nodes = [
        ("P", None, "PROVINCE"),
        *((c, "P", "COUNTY") for c in "AB"),
        *((f"{c}1", c, "UNIT") for c in "AB"),
    ]
    put_tree(store, FIRST.number, [Node(*node) for node in nodes])
    units = [(n, "A1" if n <= 40 else "B1") for n in lines]
    put(
        store,
        ASSIGNMENT,
        [{"subscriber_id": n, "unit_code": u, "node_code": u, "rule": "attachment"} for n, u in units],
        month=LAST.number,
    )
    return made


@pytest.fixture
def weixi(home: Path) -> Run:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(house, ["--home", str(home), "--lang", "en", *words], prog_name="weixi")
        return done.exit_code, done.output

    return run


def test_the_groups_add_up_to_the_scores(weixi: Run, home: Path, duckdb: Engine, work_plan: Playbook) -> None:
    store = Store(home, duckdb)
    scores = store.rows(
        "SELECT subscriber_id, expected_margin_12_fen, expected_months_12_milli, remaining_life_milli FROM s",
        inputs={"s": build_value(store, work_plan, LAST)},
    )
    for by, split in (
        ("grade", lambda n: "REGULAR" if n % 3 else "KEY"),
        ("county", lambda n: "A" if n <= 40 else "B"),
    ):
        code, said = weixi("value", "--by", by, "--json")
        assert code == 0
        groups = {group["code"]: group for group in json.loads(said)["groups"]}
        assert len(groups) == 2
        for name, group in groups.items():
            own = [score for score in scores if split(score["subscriber_id"]) == name]
            priced = [s["expected_margin_12_fen"] for s in own if s["expected_margin_12_fen"] is not None]
            assert (group["line_count"], group["priced_count"]) == (len(own), len(priced))
            assert group["margin_12_fen"] == sum(priced)
            assert group["mean_months_12"] == pytest.approx(
                sum(s["expected_months_12_milli"] for s in own) / 1000 / len(own)
            )
            assert group["mean_life_months"] == pytest.approx(
                sum(s["remaining_life_milli"] for s in own) / 1000 / len(own)
            )


def test_it_is_said_in_plain_words(weixi: Run) -> None:
    code, said = weixi("value", "--month", "2025-04")
    assert code == 0
    assert "expected margin of the next 12 months" in said
    assert "counted up to 60" in said
    code, said = weixi("value", "--month", "2024-04")
    assert code == 1


def test_a_plot_goes_with_the_calibration(weixi: Run, tmp_path: Path) -> None:
    code, said = weixi("plan", "clocks", "--month", "2025-04", "--plot", str(tmp_path / "p.html"))
    assert code == 2
    assert "--calibration" in said
    assert not (tmp_path / "p.html").exists()


def test_the_page_draws_each_share_at_its_level() -> None:
    found = [
        LevelCoverage(level, low, high, 200, 2 * level + (8 if low else 0))
        for level in LEVELS
        for low, high in ((0, 7), (8, 15))
    ]
    text = page(found, LAST, Language.EN)
    root = ElementTree.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])
    drawn = [
        (float(dot.attrib["cx"]), float(dot.attrib["cy"]))
        for dot in root.iter("{http://www.w3.org/2000/svg}circle")
    ]
    assert len(drawn) == 2 * len(LEVELS)
    # The first band lies on the diagonal, the second 4 points above it: 420 pixels are 60 points.
    for (x, y), (x_above, y_above) in zip(drawn[: len(LEVELS)], drawn[len(LEVELS) :], strict=True):
        assert x - 64 + y - 24 == pytest.approx(420, abs=0.2)
        assert x_above == x
        assert y - y_above == pytest.approx(4 * 420 / 60, abs=0.2)
    assert "<td>84.0 %</td>" in text
