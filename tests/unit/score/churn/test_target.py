"""Observation, gap and window on hand-made months."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from handmade.tables import split
from weixi.engine import Partition, Store
from weixi.flow.book import FEATURE, SUBSCRIBER_MONTH
from weixi.flow.score.churn.target import NUMBERS, WORDS, Windows, observe
from weixi.kernel.errors import DataError
from weixi.kernel.period import Month

MARCH = Month.of(2025, 3)


def stays(number: int, **more: object) -> dict[str, object]:
    return {"subscriber_id": number, **more}


def left(number: int, day: date, kind: str) -> dict[str, object]:
    return {"subscriber_id": number, "service_status": "EXITED", "exit_date": day, "exit_type": kind}


@pytest.fixture
def months(put: Callable[..., Partition]) -> None:
    asked = [
        *(stays(number) for number in range(1, 8)),
        stays(8, service_status="PENDING_CANCEL"),
        stays(9, port_out_application_date=date(2025, 3, 20)),
        stays(10, line_type="BROADBAND"),
        stays(11, service_status="PROSPECT"),
    ]
    line, feature = split(asked, SUBSCRIBER_MONTH, FEATURE)
    put(SUBSCRIBER_MONTH, line, month=MARCH.number)
    put(FEATURE, feature, month=MARCH.number)
    later = [
        stays(1),
        left(2, date(2025, 5, 3), "PORTED_OUT"),
        left(3, date(2025, 6, 30), "CANCELLED"),
        left(4, date(2025, 5, 3), "DEBT_CANCELLED"),
        left(5, date(2025, 4, 30), "PORTED_OUT"),
        left(6, date(2025, 5, 1), "UNLISTED"),
        stays(7, service_status="TWO_WAY_STOPPED"),
        *(left(number, date(2025, 5, 3), "PORTED_OUT") for number in (8, 9, 10)),
    ]
    put(SUBSCRIBER_MONTH, later, month=202506)


def test_a_gap_of_a_month_and_a_window_of_two(store: Store, months: None) -> None:
    found = observe(store, MARCH, Windows(gap_months=1, label_months=2), labelled=True)
    assert found.label is not None
    came = dict(zip(found.subscriber_ids.tolist(), found.label.tolist(), strict=True))
    # 4 left for debt, 5 in the gap: neither is told. 8 and 9 had asked to leave, 10 and 11 are not counted.
    assert came == {1: 0, 2: 1, 3: 1, 6: 1, 7: 0}


def test_without_what_came(store: Store, months: None) -> None:
    found = observe(store, MARCH, Windows(), labelled=False, flags=[("even", "subscriber_id % 2 = 0")])
    assert found.subscriber_ids.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert found.flags.column("even").to_pylist() == [False, True, False, True, False, True, False]
    assert found.label is None


def test_the_window_is_not_over(store: Store, months: None) -> None:
    with pytest.raises(DataError, match="202507"):
        observe(store, MARCH, Windows(gap_months=1, label_months=3), labelled=True)


def test_trends(store: Store, put: Callable[..., Partition]) -> None:
    rows = [
        stays(1, revenue_3m_fen=300, revenue_previous_3m_fen=600),
        stays(2, revenue_3m_fen=300, revenue_previous_3m_fen=0),
        stays(3, revenue_3m_fen=90_000, revenue_previous_3m_fen=1),
    ]
    line, feature = split(rows, SUBSCRIBER_MONTH, FEATURE)
    put(SUBSCRIBER_MONTH, line, month=MARCH.number)
    put(FEATURE, feature, month=MARCH.number)
    trend = observe(store, MARCH, Windows(), labelled=False).frame.numbers["revenue_trend"]
    assert trend[0] == 0.5
    assert np.isnan(trend[1])
    assert trend[2] == 10


def test_no_column_tells_the_end() -> None:
    from_exit = {"exit_date", "exit_type", "days_since_exit", "subscriber_id", "port_out_application_date"}
    windows = Windows(gap_months=1, label_months=2)
    assert windows.known_by(MARCH) == Month.of(2025, 6)
    assert windows.latest_known(Month.of(2025, 6)) == MARCH
    assert not from_exit & {*NUMBERS, *WORDS}
