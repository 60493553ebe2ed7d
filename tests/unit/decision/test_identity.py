"""Who a line belonged to: shown in part, by the newest identity that the month could know."""

from handmade.tables import put
from weixi.engine import Store
from weixi.flow.book import IDENTITY
from weixi.flow.decision.identity import Who, masked, masked_all
from weixi.kernel.period import Month

MARCH, APRIL, MAY = (Month.of(2025, month) for month in (3, 4, 5))


def person(line: int, number: str | None, name: str | None) -> dict[str, object]:
    return {"subscriber_id": line, "source_key": f"K{line}", "msisdn": number, "name": name}


def test_the_newest_identity_up_to_the_month_is_shown_in_part(store: Store) -> None:
    put(
        store,
        IDENTITY,
        [person(1, "13800000001", "张三"), person(2, "13800000002", "李四")],
        month=MARCH.number,
    )
    # Line 1 changes its number in May; line 2 is erased in April.
    put(store, IDENTITY, [person(2, None, None)], month=APRIL.number)
    put(store, IDENTITY, [person(1, "13911111111", "张三")], month=MAY.number)
    told = {month: masked_all(store, [1, 2, 3], month) for month in (MARCH, APRIL, MAY)}
    assert [told[MARCH][line].number for line in (1, 2, 3)] == ["138****0001", "138****0002", None]
    assert [told[APRIL][line].number for line in (1, 2, 3)] == ["138****0001", None, None]
    assert [told[MAY][line].number for line in (1, 2, 3)] == ["139****1111", None, None]
    assert told[MAY][1].name == "张*"
    assert list(told[MAY]) == [1, 2, 3]
    assert all(masked(store, line, month) == told[month][line] for month in told for line in (1, 2, 3))


def test_without_identities_nobody_is_known(store: Store) -> None:
    assert masked_all(store, [7, 5], MAY) == {7: Who(None, None), 5: Who(None, None)}
    assert masked_all(store, [], MAY) == {}
