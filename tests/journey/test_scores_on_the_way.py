"""Scores as steps of the month, on a simulated operator whose true hazards are known: 3,000 lines, nine months."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from weixi.cli.app import house
from weixi.demo.walk import MAPPING, operator_for
from weixi.engine import Engine, Partition, Store
from weixi.engine.verify import verify
from weixi.flow.assessment import LIFT, TUNING
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH, Intake, build_feature, import_extract
from weixi.flow.extract import load_mapping, open_folder
from weixi.flow.run import TABLES, run_month
from weixi.flow.score import (
    CHURN_SCORE,
    EVENT_RISK,
    SCORE_GAP,
    VALUE_SCORE,
    Score,
    do_not_wake,
    effect_known,
    judge_scores,
    read_card,
    read_gaps,
    score_churn,
    uplift_table,
)
from weixi.kernel.period import Month
from weixi.kernel.terms import WarningLevel
from weixi.playbook import Playbook

FIRST, MONTHS, SUBSCRIBERS, SEED = Month.of(2025, 1), 9, 3_000, 11
SCORED, LAST = FIRST.plus(MONTHS - 3), FIRST.plus(MONTHS - 1)
NOW = datetime(2025, 11, 1, tzinfo=UTC)

Floats = NDArray[np.float64]
Run = Callable[..., tuple[int, str]]


class Operated:
    """The operator's home after the first month's run, the scores of SCORED, and the last month's run."""

    def __init__(self, home: Path, engine: Engine, playbook: Playbook) -> None:
        (home / "secret.key").write_text("5a" * 32)
        self.home, self.playbook = home, playbook
        self.operator = operator_for(playbook, SUBSCRIBERS, SEED, FIRST, home / "extract")
        self.store, mapping = Store(home, engine), load_mapping(MAPPING)
        for k in range(MONTHS):
            self.operator.advance(FIRST.plus(k))
            feeds = open_folder(self.operator.out, mapping, FIRST.plus(k))
            import_extract(self.store, feeds, Intake(actor="test", now=NOW))
        self.first = self.run(FIRST)
        build_feature(self.store, SCORED)
        self.scored = score_churn(self.store, playbook, SCORED)
        self.last = self.run(LAST)

    def run(self, month: Month) -> list[Partition]:
        return run_month(self.store, self.playbook, month, now=NOW, actor="test")

    def truth(self, month: Month) -> dict[int, float]:
        """Each line's true chance to leave of its own will in the month after `month`, by its key in the book."""
        names = pa.concat_tables(
            [pq.read_table(p.files, partitioning=None) for p in self.store.partitions(IDENTITY)]
        )
        keys = dict(zip(names["source_key"].to_pylist(), names["subscriber_id"].to_pylist(), strict=True))
        rows = pq.read_table(self.operator.truth_folder / f"truth_{month.number}.parquet")
        pairs = zip(rows["USER_ID"].to_pylist(), rows["HAZARD"].to_pylist(), strict=True)
        return {keys[own]: hazard for own, hazard in pairs if own in keys}


@pytest.fixture(scope="module")
def operated(tmp_path_factory: pytest.TempPathFactory, duckdb: Engine, work_plan: Playbook) -> Operated:
    return Operated(tmp_path_factory.mktemp("scores"), duckdb, work_plan)


@pytest.fixture
def weixi(operated: Operated) -> Run:
    def run(*words: str) -> tuple[int, str]:
        call = ["--home", str(operated.home), *words]
        done = CliRunner().invoke(house, call, prog_name="weixi")
        return done.exit_code, done.output

    return run


def rows_of(partition: Partition) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(partition.files, partitioning=None).to_pylist()
    return found


def area(score: Floats, hazard: Floats) -> float:
    """AUC where each line leaves with its true chance: pairs weighted by hazard of the one, staying of the other."""
    order = np.argsort(score, kind="stable")
    _, place = np.unique(score[order], return_inverse=True)
    goes = np.bincount(place, hazard[order])
    stays = np.bincount(place, 1 - hazard[order])
    below = np.concatenate([[0.0], np.cumsum(stays)[:-1]])
    return float((goes * (below + stays / 2)).sum() / (goes.sum() * stays.sum()))


def test_the_first_month_says_why_it_has_no_scores(operated: Operated, weixi: Run) -> None:
    tables = {partition.table.name for partition in operated.first}
    assert "plan" in tables
    assert CHURN_SCORE.name not in tables
    gaps = {gap.score: gap for gap in read_gaps(operated.store, FIRST)}
    assert set(gaps) == {Score.CHURN, Score.VALUE, Score.UPLIFT}
    assert gaps[Score.CHURN].code == "score.months"
    code, said = weixi("score", "--month", str(FIRST))
    assert code == 1
    assert "还不能评分" in said
    assert "weixi import" in said
    code, said = weixi("--lang", "en", "score", "--month", str(FIRST))
    assert code == 1
    assert "cannot be scored yet" in said


def test_the_last_month_has_every_score(operated: Operated) -> None:
    made = {p.table.name: p for p in operated.last if int(p.key["month"]) == LAST.number}
    for table in (CHURN_SCORE, EVENT_RISK, VALUE_SCORE, uplift_table(operated.playbook), LIFT, TUNING):
        assert made[table.name].manifest.seal is not None
    assert [gap.score for gap in read_gaps(operated.store, LAST)] == [Score.UPLIFT]
    order = [p.table.name for p in operated.last]
    assert order.index("clock") < order.index("churn_score") < order.index("eligibility")


def test_a_second_run_writes_nothing(operated: Operated) -> None:
    chain = (operated.home / "seals.jsonl").read_bytes()
    before = {p.path for p in operated.last}
    again = operated.run(LAST)
    assert {p.path for p in again} == before
    assert (operated.home / "seals.jsonl").read_bytes() == chain


def test_every_seal_holds(operated: Operated) -> None:
    report = verify(operated.store, TABLES)
    assert report.findings == ()
    assert report.links > 10


def test_scores_follow_the_true_hazards(operated: Operated) -> None:
    truth = operated.truth(SCORED)
    rows = rows_of(operated.scored[-1])
    known = [row for row in rows if row["subscriber_id"] in truth]
    assert len(known) > 1_500
    said = np.array([row["probability_ppm"] for row in known], dtype=np.float64)
    hazard = np.array([truth[int(str(row["subscriber_id"]))] for row in known])
    ours, best = area(said, hazard), area(hazard, hazard)
    # Of what could be known of the order, at least a third is.
    assert ours - 0.5 > (best - 0.5) / 3
    shuffled = area(np.random.default_rng(5).permutation(said), hazard)
    assert ours > shuffled + 0.05


def came_of(operated: Operated) -> list[tuple[int, float, bool]]:
    """(score, chance said, left) of each line of SCORED whose outcome counts, from the book's rows in plain Python."""
    later = {
        row["subscriber_id"]: row
        for row in rows_of(operated.store.require(SUBSCRIBER_MONTH, month=LAST.number))
    }
    found = []
    for row in rows_of(operated.store.require(CHURN_SCORE, month=SCORED.number)):
        then = later.get(row["subscriber_id"])
        if then is None:
            continue
        gone = then["service_status"] == "EXITED"
        if gone and then["exit_type"] not in ("PORTED_OUT", "CANCELLED", "UNLISTED"):
            continue
        found.append((int(str(row["score"])), int(str(row["probability_ppm"])) / 1e6, gone))
    return found


def test_probabilities_add_up_to_those_who_left(operated: Operated) -> None:
    came = came_of(operated)
    expected, left = sum(p for _, p, _ in came), sum(gone for _, _, gone in came)
    # A sum of Bernoulli draws: three standard deviations, and a fifth for what the months before could not know.
    assert abs(expected - left) < 3 * sum(p * (1 - p) for _, p, _ in came) ** 0.5 + 0.2 * left
    assert left > 30


@pytest.mark.req("P13")
def test_precision_and_recall_by_level(operated: Operated, weixi: Run) -> None:
    found = judge_scores(operated.store, operated.playbook, LAST)
    assert found.months == (SCORED,)
    came = came_of(operated)
    everybody = sum(gone for _, _, gone in came)
    edges = {WarningLevel.RED: (80, 101), WarningLevel.YELLOW: (50, 80), WarningLevel.BLUE: (0, 50)}
    for level in found.levels:
        low, high = edges[level.level]
        mine = [(p, gone) for score, p, gone in came if low <= score < high]
        assert level.line_count == len(mine)
        assert level.left_count == sum(gone for _, gone in mine)
        assert level.expected == pytest.approx(sum(p for p, _ in mine))
        assert level.error == pytest.approx(sum(p * (1 - p) for p, _ in mine) ** 0.5)
        assert level.is_chance
        assert level.precision == pytest.approx(sum(gone for _, gone in mine) / len(mine))
        assert level.recall == pytest.approx(sum(gone for _, gone in mine) / everybody)
    red = found.levels[0]
    assert red.precision is not None
    assert red.precision > 1.3 * found.left_rate
    code, said = weixi("score", "warning", "--json")
    told = json.loads(said)
    assert code == 0
    assert told["judged_months"] == [str(SCORED)]
    assert [level["left_count"] for level in told["levels"]] == [level.left_count for level in found.levels]
    assert len(told["lines"]) == 20
    assert {each["event_type"] for each in told["events"] if each["is_telling"]} >= {"PORT_OUT_APPLICATION"}
    assert all(len(line["reasons"]) <= 3 for line in told["lines"])
    assert any(line["reasons"] for line in told["lines"])


def test_the_list_is_masked_and_in_order(operated: Operated, weixi: Run) -> None:
    code, said = weixi("score", "--json", "--top", "30")
    told = json.loads(said)
    assert code == 0
    assert told["card"] == read_card(operated.store, LAST)
    rows = sorted(
        rows_of(operated.store.require(CHURN_SCORE, month=LAST.number)),
        key=lambda row: (-int(str(row["probability_ppm"])), int(str(row["subscriber_id"]))),
    )
    assert [line["subscriber_id"] for line in told["lines"]] == [row["subscriber_id"] for row in rows[:30]]
    assert all("****" in line["msisdn"] for line in told["lines"] if line["msisdn"])
    code, said = weixi("score", "--top", "5")
    assert code == 0
    assert "折外检验" in said
    assert "{" not in said


def test_without_a_trial_nobody_is_said_to_be_harmed(operated: Operated, weixi: Run) -> None:
    assert do_not_wake(operated.store, operated.playbook, LAST) == ()
    known = effect_known(operated.store, operated.playbook, LAST)
    warned = rows_of(operated.store.require(uplift_table(operated.playbook), month=LAST.number))
    assert sum(known.counts.values()) == len(warned)
    assert known.why is not None
    code, said = weixi("score", "asleep")
    assert code == 0
    assert "数据不足" in said
    assert "留白" in said
    code, said = weixi("--lang", "en", "score", "asleep")
    assert code == 0
    assert "not enough data" in said


def test_a_gap_that_is_over_is_told_no_more(operated: Operated) -> None:
    kept = [p for p in operated.store.partitions(SCORE_GAP) if int(p.key["month"]) == LAST.number]
    assert {str(p.key["score"]) for p in kept} == {"uplift"}
