"""The whole loop on a simulated operator: history, plan, work, extract, import, run; twice, once without the truth.

One walk serves every test here: 1,500 lines in service, three months of history, two assessed months.
"""

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from fractions import Fraction
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from oracle.kpi import oracle_kpi
from weixi.cli.app import house
from weixi.cli.report_page import ECHARTS, ECHARTS_SHA256, gather, render
from weixi.cli.session import Session
from weixi.demo.operator import Operator
from weixi.demo.walk import ACTOR, Walked, operator_for, walk
from weixi.engine import Partition, Store, Table, open_engine
from weixi.flow.assessment import (
    CALIBRES,
    CAME,
    KPI,
    LINE_STATE,
    SCORECARD,
    Check,
    audit,
    explain,
    explain_subscribers,
    read_statement,
    recompute,
    show,
    value,
)
from weixi.flow.book import FEATURE, IDENTITY, SUBSCRIBER_MONTH, Intake, import_extract
from weixi.flow.cohort import COHORT
from weixi.flow.decision import PLAN, PLAN_LINE
from weixi.flow.extract import QUARANTINE, load_mapping, open_folder
from weixi.flow.outcome import FACT, OUTCOME, record_facts
from weixi.flow.run import open_playbook, run_month
from weixi.flow.segment import LABEL
from weixi.kernel.language import Language
from weixi.kernel.money import fen
from weixi.kernel.period import Month
from weixi.kernel.terms import FactType
from weixi.playbook import Playbook

SEED, LINES, HISTORY, ASSESSED = 11, 1_500, 3, 2
START = Month.of(2024, 10)
BASE, JANUARY, FEBRUARY = START.plus(2), START.plus(3), START.plus(4)
MONTHS = [START.plus(k) for k in range(HISTORY + ASSESSED)]
PLANS = [JANUARY, FEBRUARY, FEBRUARY.plus(1)]
# Who is held out depends on the operator's secret key: this one draws somebody in every plan.
KEY = "5e" * 32
BUDGETS = {"device_subsidy": fen(1_000), "gift": fen(1_500)}
"""Small enough that somebody is refused."""


@dataclass(frozen=True)
class Loop:
    """The walk that every test here looks at."""

    store: Store
    playbook: Playbook
    operator: Operator
    walked: Sequence[Walked]

    @property
    def home(self) -> Path:
        return self.store.home

    def rows(self, table: Table, month: Month) -> list[Mapping[str, Any]]:
        return read(self.store.require(table, month=month.number)).to_pylist()


def read(partition: Partition) -> pa.Table:
    return pq.read_table(partition.files, partitioning=None)


def new_store(home: Path) -> Store:
    home.mkdir(parents=True)
    (home / "secret.key").write_text(KEY)
    return Store(home, open_engine("duckdb", scratch=home / "scratch"))


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    folder = tmp_path_factory.mktemp("loop")
    playbook = open_playbook()
    pools = tuple(replace(p, amount_fen=BUDGETS.get(p.code, p.amount_fen)) for p in playbook.pools)
    playbook = replace(playbook, pools=pools)
    store = new_store(folder / "home")
    operator = operator_for(playbook, LINES, SEED, START, folder / "extract")
    walked = list(walk(store, playbook, operator, history=HISTORY, months=ASSESSED))
    yield Loop(store, playbook, operator, walked)
    store.engine.close()


def test_the_walk_gives_a_plan_work_and_answers_every_month(loop: Loop) -> None:
    assert [month.month for month in loop.walked] == [BASE, JANUARY, FEBRUARY]
    for month in loop.walked[1:]:
        assert month.task_count > 100
        assert month.fact_count > month.task_count
        assert 0 < month.agreed_count < month.task_count
    assert sum(row["is_verified"] for month in (JANUARY, FEBRUARY) for row in loop.rows(OUTCOME, month)) > 50


def test_every_record_is_accepted_or_in_quarantine_and_what_was_planted_was_found(loop: Loop) -> None:
    results = [result for month in loop.walked for result in month.imported]
    assert len(results) == 3 * len(MONTHS)
    assert all(r.input == r.accepted + r.quarantined for r in results)
    truth = json.loads((loop.operator.truth_folder / "truth.json").read_text())
    assert set(truth["planted"]) == {str(month) for month in MONTHS}
    reason = {
        "BAD_DATE": "DATE",
        "NEGATIVE_AMOUNT": "MINIMUM",
        "UNKNOWN_CODE": "CODE",
        "DUPLICATE_KEY": "DUPLICATE",
        "TEXT_IN_NUMBER": "NUMBER",
    }
    for result in results:
        kept = read(
            loop.store.require(QUARANTINE, month=result.month.number, feed=result.feed.value)
        ).to_pylist()
        assert len(kept) == result.quarantined
        if result.feed.value == "subscriber":
            planted = {reason[kind]: count for kind, count in truth["planted"][str(result.month)].items()}
            assert Counter(row["reason"] for row in kept) == planted
            assert result.duplicates == planted["DUPLICATE"]
        else:
            assert kept == []


@pytest.mark.parametrize("month", [JANUARY, FEBRUARY], ids=str)
@pytest.mark.req("K2", "K3", "K4")
def test_every_kpi_at_every_node_is_what_the_oracle_counts(loop: Loop, month: Month) -> None:
    ours = {
        (row["calibre"], row["node_code"]): (row["numerator"], row["denominator"])
        for row in loop.rows(KPI, month)
    }
    theirs = oracle_kpi(loop.home, month.number, until=FEBRUARY.number)
    assert {calibre for calibre, _ in ours} == {calibre.id for calibre in CALIBRES}
    assert {key: (ours[key], theirs.get(key)) for key in ours if ours[key] != theirs.get(key, (0, 0))} == {}
    assert theirs.keys() <= ours.keys()
    assert sum(top > 0 for top, _ in ours.values()) > len(ours) // 4


@pytest.mark.req("K1", "K2", "K3", "K4", "X10")
def test_every_pair_of_calibres_of_a_kpi_is_explained_to_the_last_line(loop: Loop) -> None:
    stated = {(row["calibre"], row["node_code"]): row for row in loop.rows(KPI, FEBRUARY)}
    top = next(row["node_code"] for row in stated.values() if row["level"] == "PROVINCE")
    assessed = {score["calibre"] for score in loop.rows(SCORECARD, FEBRUARY)}
    pairs = [pair for pair in combinations(CALIBRES, 2) if pair[0].kpi == pair[1].kpi]
    assert len(pairs) == sum(n * (n - 1) // 2 for n in Counter(c.kpi for c in CALIBRES).values())
    for first, second in pairs:
        found = explain(loop.store, FEBRUARY, first, second)
        values = [stated[calibre.id, top] for calibre in (first, second)]
        rates = [value(row["numerator"], row["denominator"]) for row in values]
        assert list(found.rates) == rates
        whole = (rates[0] or Fraction(0)) - (rates[1] or Fraction(0))
        assert sum((part.contribution for part in found.parts), Fraction(0)) == whole
        if {first.id, second.id} & assessed:
            rows = explain_subscribers(loop.store, FEBRUARY, first, second)
            assert rows.summed == rows.difference == whole
            assert len(rows.listing) == sum(part.rows for part in found.parts)


@pytest.mark.req("K6")
def test_what_the_owners_lifted_before_the_cut_off_is_found(loop: Loop) -> None:
    found = next(each for each in audit(loop.store, BASE) if each.check is Check.LATE_RECHARGE)
    assert found.listing is not None
    ours = operator_keys(loop, set(found.listing.table["subscriber_id"].to_pylist()))
    truth = pq.read_table(loop.operator.truth_folder / f"truth_{BASE.number}.parquet")
    lifted = set(truth.filter(truth["IS_GAMED"])["USER_ID"].to_pylist())
    assert lifted
    hits = len(ours & lifted)
    assert hits / len(lifted) >= 0.9
    assert hits / len(ours) >= 0.9
    honest = next(each for each in audit(loop.store, FEBRUARY) if each.check is Check.LATE_RECHARGE)
    assert honest.listing is not None
    assert len(honest.listing) == 0


def test_every_statement_of_every_month_is_what_its_sealed_inputs_give(loop: Loop) -> None:
    for month in (JANUARY, FEBRUARY):
        statement = read_statement(loop.store, month)
        assert all(recompute(loop.store, month, each.number) == {} for each in statement.revisions)
    assert len(read_statement(loop.store, JANUARY).revisions) == 2


def test_the_hold_out_is_never_contacted_and_gets_nothing(loop: Loop) -> None:
    for month in PLANS:
        held = [task for task in loop.rows(PLAN, month) if task["is_holdout"]]
        assert held
        assert {(t["offer_code"], t["channel"], t["offer_cost_fen"]) for t in held} == {(None, None, 0)}
    for month in (JANUARY, FEBRUARY):
        held_ids = {task["task_id"] for task in loop.rows(PLAN, month) if task["is_holdout"]}
        touched = {
            fact["task_id"] for fact in loop.rows(FACT, month) if fact["fact_type"] != FactType.WITHDRAWN
        }
        assert touched
        assert not held_ids & touched
        handed_over = pq.read_table(loop.operator.truth_folder / f"action_{month.number}.parquet")
        held_lines = {
            line["subscriber_id"] for line in loop.rows(PLAN_LINE, month) if line["task_id"] in held_ids
        }
        assert not operator_keys(loop, held_lines) & set(handed_over["user_id"].to_pylist())


def operator_keys(loop: Loop, lines: set[int]) -> set[str]:
    known = pa.concat_tables([read(partition) for partition in loop.store.partitions(IDENTITY)])
    return set(known.filter(pc.is_in(known["subscriber_id"], pa.array(lines)))["source_key"].to_pylist())


def test_no_pool_pays_more_than_its_budget_and_the_gifts_run_out(loop: Loop) -> None:
    payer = {offer.code: offer.pool for offer in loop.playbook.offers}
    used: Counter[str] = Counter()
    for month in PLANS:
        tasks = loop.rows(PLAN, month)
        paid: Counter[str | None] = Counter()
        for task in tasks:
            paid[payer.get(task["offer_code"])] += task["offer_cost_fen"]
        assert sum(paid.values()) == sum(task["offer_cost_fen"] for task in tasks)
        assert all(paid[pool] <= budget for pool, budget in BUDGETS.items())
        # What is left is less than the dearest gift.
        assert paid["gift"] > BUDGETS["gift"] - fen(200)
        used += Counter({pool: paid[pool] for pool in BUDGETS})
    assert used["device_subsidy"] > 0


def test_no_step_reads_the_truth(loop: Loop, tmp_path: Path) -> None:
    """The same extracts, facts and key, the truth moved away: every partition comes out the same."""
    truth, aside = loop.operator.truth_folder, tmp_path / "truth moved away"
    truth.rename(aside)
    try:
        again = new_store(tmp_path / "home")
        mapping = load_mapping("simulated")
        for month, walked in zip(MONTHS, [None, None, *loop.walked], strict=True):
            intake = Intake(actor=ACTOR, now=morning_after(month))
            import_extract(again, open_folder(loop.operator.out, mapping, month), intake)
            facts = loop.store.current(FACT, month=month.number)
            if facts is not None:
                record_facts(again, month, read(facts).to_batches(), origin=f"demo agents {SEED} {month}")
            if walked is not None:
                run_month(again, loop.playbook, month, now=morning_after(month), actor=ACTOR)
        for table in (SUBSCRIBER_MONTH, COHORT, PLAN, PLAN_LINE, OUTCOME, KPI, SCORECARD):
            first, second = (store.partitions(table) for store in (loop.store, again))
            assert [p.key for p in first] == [p.key for p in second]
            for mine, other in zip(first, second, strict=True):
                assert mine.manifest.seal == other.manifest.seal
                assert sorted_rows(mine) == sorted_rows(other), mine.name
        again.engine.close()
    finally:
        aside.rename(truth)


def morning_after(month: Month) -> datetime:
    return datetime.combine(month.end, time(0), tzinfo=UTC)


def sorted_rows(partition: Partition) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = (
        read(partition).sort_by([(key, "ascending") for key in partition.table.key]).to_pylist()
    )
    return rows


def weixi(home: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(house, ["--home", str(home), *arguments])
    return done.exit_code, done.output


@pytest.fixture
def copy(loop: Loop, tmp_path: Path) -> Path:
    """A copy of the home to do harm to."""
    shutil.copytree(loop.home, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.req("P9")
def test_verify_is_clean_and_names_the_row_that_somebody_changed(loop: Loop, copy: Path) -> None:
    code, said = weixi(copy, "verify")
    assert code == 0, said
    assert "发现问题 0 处" in said
    sealed = loop.store.require(COHORT, month=BASE.number, cohort="arpu80")
    file = copy / sealed.files[0].relative_to(loop.home)
    rows = pq.read_table(file, partitioning=None)
    victim = rows["subscriber_id"][7].as_py()
    place = rows.schema.get_field_index("revenue_3m_fen")
    money = rows["revenue_3m_fen"].to_pylist()
    money[7] += 1
    pq.write_table(
        rows.set_column(place, rows.schema.field(place), pa.array(money, rows.schema.field(place).type)), file
    )
    code, said = weixi(copy, "verify")
    assert code == 1
    assert f"subscriber_id={victim}：该行的值被改动" in said
    assert said.count("该行") == 1


def test_verify_names_the_file_that_was_cut_short(loop: Loop, copy: Path) -> None:
    book = loop.store.require(SUBSCRIBER_MONTH, month=FEBRUARY.number)
    file = copy / book.files[0].relative_to(loop.home)
    file.write_bytes(file.read_bytes()[:-100])
    code, said = weixi(copy, "verify")
    assert code == 1
    assert f"{file}：文件已损坏或被改动" in said
    assert "发现问题 1 处" in said


@pytest.mark.req("T2", "T12", "T13", "P5")
@pytest.mark.parametrize("high", [None, 200])
def test_a_waterfall_is_what_counting_line_by_line_gives(loop: Loop, high: int | None) -> None:
    """Read off the book's rows in Python; the command prints the same figures."""
    sides = []
    for month in (JANUARY, FEBRUARY):
        features = {row["subscriber_id"]: row for row in loop.rows(FEATURE, month)}
        members = {
            row["subscriber_id"]
            for row in loop.rows(SUBSCRIBER_MONTH, month)
            if row["line_type"] == "MOBILE_MAIN"
            and row["line_use"] == "COMMERCIAL"
            and row["service_status"] not in ("EXITED", "PROSPECT")
            and row["exit_type"] != "PORTED_OUT"
            and (row["suspect_level"] or 0) < 2
            and (row["bill_fen"] or 0) > 0
            and (months := features[row["subscriber_id"]]["complete_months"]) > 0
            and (fen_3m := features[row["subscriber_id"]]["revenue_3m_fen"]) >= 8000 * months
            and (high is None or fen_3m <= high * 100 * months)
        }
        sides.append(members)
    before, after = sides
    told = run(
        loop,
        "label",
        "waterfall",
        "--month",
        str(FEBRUARY),
        "--low",
        "80",
        *(["--high", str(high)] if high else []),
    )
    (waterfall,) = told["waterfalls"]
    top = waterfall["nodes"][0]
    assert (top["opening"], top["closing"]) == (len(before), len(after))
    came = sum(top["parts"][name] for name in CAME)
    assert (came, came + len(before) - len(after)) == (len(after - before), len(before - after))
    counties = waterfall["nodes"][1:]
    assert sum(node["closing"] for node in counties) == len(after)


@pytest.mark.req("P3", "P4", "P5", "P6", "P7", "P8")
def test_the_labels_are_shown_with_totals_equal_to_the_base(loop: Loop) -> None:
    base = len(loop.rows(SUBSCRIBER_MONTH, FEBRUARY))
    for names in ("grade,band,stage,cluster,category", "grade,band", "stage"):
        told = run(loop, "label", "cross", "--by", names)
        assert (told["base"], told["unclassified"]) == (base, 0)
        assert sum(cell["lines"] for cell in told["cells"]) == base
    told = run(loop, "label", "matrix", "band")
    assert sum(move["line_count"] for move in told["moves"] if move["after"]) == base
    line = loop.rows(LABEL, FEBRUARY)[0]["subscriber_id"]
    told = run(loop, "label", "history", f"id:{line}")
    assert [row["month"] for row in told["labels"]] == [BASE.number, JANUARY.number, FEBRUARY.number]
    said = CliRunner().invoke(house, ["--home", str(loop.home), "label", "cross"])
    assert "未分类 0" in said.output
    assert "重要客户" in said.output


@pytest.mark.req("M12")
def test_the_cube_holds_every_line_that_was_in_service_and_opens_into_its_lines(loop: Loop) -> None:
    before = {
        row["subscriber_id"]
        for row in loop.rows(LINE_STATE, JANUARY)
        if row["is_counted"] and row["is_in_service"] and not row["is_suspect"]
    }
    after = {row["subscriber_id"]: row for row in loop.rows(LINE_STATE, FEBRUARY)}
    left = {key for key in before if key not in after or not after[key]["is_in_service"]}
    cells = run(loop, "label", "cube")["cells"]
    assert sum(cell["line_count"] for cell in cells) == len(before)
    assert sum(cell["churned_count"] for cell in cells) == len(left)
    assert sum(cell["revenue_fen"] for cell in cells) == sum(
        after[k]["bill_fen"] for k in before if k in after
    )
    top = max(cells, key=lambda cell: cell["line_count"])
    named = ",".join(f"{name}={top[name]}" for name in ("band", "deposit", "tenure"))
    said = CliRunner().invoke(
        house, ["--home", str(loop.home), "--lang", "en", "label", "cube", "--list", named]
    )
    assert f"{named}: {top['line_count']:,} lines" in said.output
    wrong = CliRunner().invoke(house, ["--home", str(loop.home), "label", "cube", "--list", "band=NOPE"])
    assert (wrong.exit_code, wrong.exception is not None) == (2, True)


def run(loop: Loop, *words: str) -> Any:
    said = CliRunner().invoke(house, ["--home", str(loop.home), *words, "--json"])
    assert said.exit_code == 0, said.output
    return json.loads(said.output)


@pytest.mark.req("T2", "T12", "P3", "K2", "K3", "K4", "P13")
def test_the_report_is_one_page_with_the_figures_of_the_tables(loop: Loop) -> None:
    report = gather(loop.store, loop.playbook, FEBRUARY)
    page = render(Session(loop.home, Language.ZH), report, now=morning_after(FEBRUARY))
    body = page.replace(vendored(), "")
    # Nothing is fetched from anywhere, and nobody's number is on it.
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)|url\(|@import""", body)
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", body)
    for row in loop.rows(SCORECARD, FEBRUARY):
        if row["level"] in ("PROVINCE", "COUNTY"):
            assert show(Fraction(row["numerator"], row["denominator"])) in body
    options = json.loads(body.split("const options = ")[1].split(";\nconst drawn")[0].replace("<\\/", "</"))
    plan = loop.rows(PLAN, FEBRUARY.plus(1))
    assert sum(sum(bar["data"]) for bar in options["warnings"]["series"]) == len(plan)
    floating, bars = options["retention"]["series"]
    retained = {
        row["calibre"]: row["numerator"] for row in loop.rows(KPI, FEBRUARY) if row["level"] == "PROVINCE"
    }
    assert bars["data"][-1]["value"] == retained["dynamic_retention_rate.existing@1"]
    assert floating["data"][-1] == 0
    quarantined = [found for month in loop.walked if month.month == FEBRUARY for found in month.imported]
    for found in quarantined:
        assert f"<td>{found.input:,}</td><td>{found.accepted:,}</td><td>{found.quarantined:,}</td>" in body
    english = render(Session(loop.home, Language.EN), report, now=morning_after(FEBRUARY))
    assert "The three assessed KPIs" in english


def vendored() -> str:
    return ECHARTS.read_text(encoding="utf-8")


def test_the_vendored_echarts_is_the_published_file_with_its_licence() -> None:
    folder = files("weixi.desk.base") / "static/base/echarts"
    assert hashlib.sha256(ECHARTS.read_bytes()).hexdigest() == ECHARTS_SHA256
    assert "Apache License" in (folder / "ECHARTS-LICENSE").read_text(encoding="utf-8")
    assert "Apache ECharts" in (folder / "ECHARTS-NOTICE").read_text(encoding="utf-8")
