"""The policy benchmark gives every line the leading warning and the level that the product's own warnings give it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.policy.raised import BLUE, RED, RISK_OF, YELLOW, leading

from weixi.demo.lines import EXITED
from weixi.demo.rates import RISKS
from weixi.demo.walk import MAPPING, operator_for
from weixi.engine import Store, open_engine
from weixi.flow.book import IDENTITY, Intake, build_feature, import_extract
from weixi.flow.extract import load_mapping, open_folder
from weixi.flow.segment import build_label, build_threshold
from weixi.flow.warning import detect
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LEVELS = {BLUE: "BLUE", YELLOW: "YELLOW", RED: "RED"}
EXACT = ("CONTRACT_END", "SUBSIDY_END", "BROADBAND_END", "COMPLAINT", "PORT_OUT_QUERY")
"""Risks whose warnings the extract says outright; the others rest on the product's reckoning from bills and traffic."""
Lead = dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def leads(work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lead, Lead]:
    """By line the risk and the level of its leading warning: the benchmark's, and the product's."""
    home = tmp_path_factory.mktemp("warned")
    operator = operator_for(work_plan, 4_000, 5, Month.of(2024, 10), home / "extract")
    store = Store(home / "book", open_engine("duckdb", home / "scratch"))
    for _ in range(5):
        month = operator.month
        operator.advance(month)
        taken = Intake(actor="test", now=datetime(month.end.year, month.end.month, 1, tzinfo=UTC))
        import_extract(store, open_folder(operator.out, load_mapping(MAPPING), month), taken)
    build_feature(store, month)
    build_threshold(store, work_plan, month)
    build_label(store, work_plan, month)
    found = detect(store, work_plan, month)
    rows = store.rows("SELECT subscriber_id, kind, level FROM w", inputs={"w": found})
    keys = pa.concat_tables([pq.read_table(p.files, partitioning=None) for p in store.partitions(IDENTITY)])
    key = dict(zip(keys["subscriber_id"].to_pylist(), keys["source_key"].to_pylist(), strict=True))
    theirs = {
        key[row["subscriber_id"]]: (RISK_OF.get(row["kind"], row["kind"]), row["level"]) for row in rows
    }
    store.engine.close()
    live = np.flatnonzero(operator.lines.status < EXITED)
    users = operator.user_ids().take(pa.array(live)).to_pylist()
    kind, level = leading(operator.lines.take(live), operator.month, work_plan)
    ours = {user: (RISKS[kind[n]], LEVELS[int(level[n])]) for n, user in enumerate(users) if kind[n] >= 0}
    return ours, theirs


@pytest.mark.parametrize("risk", EXACT)
def test_what_the_extract_says_outright_leads_alike(leads: tuple[Lead, Lead], risk: str) -> None:
    """Lines that both sides find led by such a risk, or by none: the same ones, at the same level."""
    ours, theirs = leads
    found = {user: lead for user, lead in ours.items() if lead[0] == risk}
    said = {user: lead for user, lead in theirs.items() if lead[0] == risk}
    assert said
    assert {user for user in said if ours.get(user, said[user])[0] in EXACT} <= set(found)
    assert {user for user in found if theirs.get(user, found[user])[0] in EXACT} <= set(said)
    both = set(found) & set(said)
    assert len(both) > 0.8 * len(said)
    if risk != "COMPLAINT":  # two complaints of one line in three months make the product's level the highest
        assert {user: found[user] for user in both} == {user: said[user] for user in both}


def test_a_balance_that_runs_out_is_mostly_seen_by_both(leads: tuple[Lead, Lead]) -> None:
    """The product reckons the reach of a balance from bills, the operator from what the line is used to spend."""
    ours, theirs = ({user for user, lead in side.items() if lead[0] == "RUN_OUT"} for side in leads)
    assert len(ours & theirs) > 0.7 * len(ours | theirs)
    alike = sum(leads[0][user][1] == leads[1][user][1] for user in ours & theirs)
    assert alike > 0.8 * len(ours & theirs)


def test_nobody_is_warned_of_without_a_level(work_plan: Playbook, tmp_path: Path) -> None:
    operator = operator_for(work_plan, 1_000, 5, Month.of(2024, 10), tmp_path)
    kind, level = leading(operator.lines, operator.month, work_plan)
    assert ((kind >= 0) == (level > 0)).all()
    assert 0 < (kind >= 0).sum() < len(kind)
    out = operator.lines.status >= EXITED
    assert (kind[out] == -1).all()
