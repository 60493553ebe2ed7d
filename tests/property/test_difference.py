"""Any two calibres of one KPI, any operator: the difference is the exact sum of its parts, down to the subscriber."""

from fractions import Fraction
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.random_operator import MARCH, assess_inputs
from weixi.engine import Engine, Store
from weixi.flow.assessment import (
    CALIBRES,
    KpiValue,
    build_kpi,
    explain,
    explain_subscribers,
    read_statement,
)
from weixi.playbook import Playbook

PAIRS = [pair for pair in combinations(CALIBRES, 2) if pair[0].kpi == pair[1].kpi]


@pytest.mark.req("X10")
@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    lines=st.integers(1, 60),
    pairs=st.lists(
        st.sampled_from(PAIRS), min_size=3, max_size=6, unique_by=lambda pair: (pair[0].id, pair[1].id)
    ),
    node=st.sampled_from(["", "A", "B2"]),
)
def test_no_difference_that_does_not_sum(
    duckdb: Engine, work_plan: Playbook, seed: int, lines: int, pairs: list[tuple], node: str
) -> None:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder), duckdb)
        assess_inputs(store, work_plan, seed, lines)
        missing = build_kpi(store, work_plan, MARCH).manifest.note["not_computable"]
        stated = read_statement(store, MARCH).sealed.values
        for first, second in pairs:
            if first.id in missing or second.id in missing:
                continue
            groups = explain(store, MARCH, first, second, node)
            rows = explain_subscribers(store, MARCH, first, second, node)
            assert groups.rates == rows.rates
            values = [stated.get((c.id, node or "P"), KpiValue(c.id, node, 0, 0)) for c in (first, second)]
            assert list(rows.rates) == [value.rate for value in values]
            assert rows.summed == rows.difference
            assert sum((part.contribution for part in groups.parts), Fraction(0)) == rows.difference
            assert sum(part.rows for part in groups.parts) == len(rows.listing)
