"""What people type to find a customer."""

import pytest

from weixi.desk.subscriber.seeking import By, sought
from weixi.kernel.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "by", "values"),
    [
        ("13012345678", By.NUMBER, {"text": "13012345678"}),
        (" 130 1234-5678 ", By.NUMBER, {"text": "13012345678"}),
        ("+8613012345678", By.NUMBER, {"text": "13012345678"}),
        ("008613012345678", By.NUMBER, {"text": "13012345678"}),
        ("130****5678", By.MASKED, {"head": "130", "tail": "5678"}),
        ("1301234****", By.MASKED, {"head": "1301234"}),
        ("5678", By.TAIL, {"text": "5678"}),
        ("860000000001", By.KEY, {"text": "860000000001"}),
        ("K-0017", By.KEY, {"text": "K-0017"}),
        ("id:17", By.ID, {"id": 17}),
        ("王小", By.NAME, {"text": "王小"}),
        ("王**", By.NAME, {"text": "王"}),
    ],
)
def test_what_is_typed_is_understood(typed, by, values) -> None:
    found = sought(typed)
    assert (found.by, dict(found.values)) == (by, values)
    for value in values.values():
        assert str(value) not in found.test or len(str(value)) < 3  # bound, never put into the text


@pytest.mark.parametrize("typed", ["", "   ", "1**8", "****5678", "id:", "id:x", "王*明", "长" * 61, "**"])
def test_what_cannot_be_searched_says_what_can(typed) -> None:
    with pytest.raises(UsageError) as fault:
        sought(typed)
    assert "11 位" in fault.value.remedy.zh
