"""What looks mended before the cut-off is flagged, and only that; each KPI is shown without it."""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction

import pytest

from weixi.engine import Partition, Store
from weixi.flow.assessment import Check, assess, audit, count_ports
from weixi.flow.book import EVENT
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import Playbook

JANUARY = Month.of(2025, 1)
Write = Callable[..., None]
Put = Callable[..., Partition]


@pytest.mark.req("K6")
def test_each_check_flags_what_it_is_for(
    store: Store, put: Put, operator: Write, outcome: Write, playbook: Playbook
) -> None:
    late, early = date(2025, 1, 28), date(2025, 1, 20)
    base = {k: {"bill_fen": 7900} for k in range(1, 6)} | {8: {"party_id": 80}, 9: {}}
    operator(
        base,
        {
            JANUARY: {
                **{k: {"bill_fen": 8120} for k in range(1, 6)},
                4: {"bill_fen": 9000},
                6: {"open_date": date(2025, 1, 9), "call_count": 0, "data_kb": 0, "sms_count": 0},
                7: {"open_date": date(2025, 1, 9), "call_count": 3, "data_kb": 0, "sms_count": 0},
                8: {
                    "party_id": 80,
                    "service_status": "EXITED",
                    "exit_type": "CANCELLED",
                    "exit_date": date(2025, 1, 3),
                },
                10: {"party_id": 80, "open_date": date(2025, 1, 30), "call_count": 1},
                11: {"party_id": 81, "open_date": date(2025, 1, 30), "call_count": 1},
            }
        },
    )
    recharges = [
        # Lifted: 1. Early: 2. Taken by nobody of ours: 3. Far over the edge: 4. Over it without the recharge: 5.
        (1, late, 300, "A1X"),
        (2, early, 300, "A1X"),
        (3, late, 300, None),
        (4, late, 3000, "A1X"),
        (5, late, 50, "A1X"),
    ]
    put(
        EVENT,
        [
            {
                "event_id": number,
                "subscriber_id": line,
                "event_type": "RECHARGE",
                "happened_at": datetime(2025, 1, 20),
                "event_date": day,
                "amount_fen": amount,
                "agent_code": agent,
            }
            for number, (line, day, amount, agent) in enumerate(recharges, 1)
        ],
        month=JANUARY.number,
    )
    outcome(
        JANUARY,
        {
            "ticked": {"is_contacted": False, "is_reached": False},
            "worked": {"is_reached": False},
            "held": {"is_contacted": False, "is_holdout": True},
        },
    )
    assess(store, playbook, JANUARY)
    found = {each.check: each for each in audit(store, JANUARY)}
    flagged = {
        check: each.listing.table["row_id"].to_pylist()
        for check, each in found.items()
        if each.listing is not None
    }
    assert flagged == {
        Check.LATE_RECHARGE: ["1"],
        Check.IDLE_CARD: ["6"],
        Check.REJOINED: ["10"],
        Check.EMPTY_TICK: ["ticked"],
    }
    assert found[Check.SAME_DEVICE].missing == ("imei",)
    existing = found[Check.LATE_RECHARGE].effects[0]
    # 1 has ¥160.20 in two months and ¥157.20 without the recharge: it is high by that alone.
    assert existing.flagged == 1
    assert existing.stated is not None
    assert existing.without is not None
    assert existing.stated - existing.without == Fraction(1, 2)
    handled = found[Check.EMPTY_TICK].effects[0]
    assert (handled.stated, handled.without) == (Fraction(1), Fraction(1, 2))


@pytest.mark.req("X12")
def test_ports_are_counted_by_county(store: Store, operator: Write, playbook: Playbook) -> None:
    ported = {"service_status": "EXITED", "exit_type": "PORTED_OUT"}
    base = {1: {}, 2: {"unit_code": "B1"}, 3: {"unit_code": "B1"}}
    february = JANUARY.plus(1)
    january = {**base, 2: {"unit_code": "B1", **ported}}
    operator(base, {JANUARY: january, february: {**january, 3: {"unit_code": "B1", **ported}}})
    assess(store, playbook, JANUARY)
    assess(store, playbook, february)
    counts = {c.node_code: (c.out_month, c.out_year) for c in count_ports(store, february, OrgLevel.COUNTY)}
    assert counts == {"P": (1, 2), "A": (0, 0), "B": (1, 2)}
