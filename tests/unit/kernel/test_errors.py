import pytest

from weixi.kernel.errors import DataError, FaultList, PlaybookError, UsageError, WeixiError
from weixi.kernel.language import Language, Text

WHAT = Text("金额为负", "the amount is negative")
REMEDY = Text("改正后重新导入", "mend it and import again")


def test_an_error_says_where_what_and_what_to_do() -> None:
    fault = DataError("bill.negative", WHAT, REMEDY, where="bill.csv:7")
    assert fault.say(Language.ZH) == "[bill.negative] bill.csv:7: 金额为负\n  处理办法：改正后重新导入"
    assert fault.say(Language.EN) == (
        "[bill.negative] bill.csv:7: the amount is negative\n  What to do: mend it and import again"
    )
    assert str(fault) == "bill.negative: bill.csv:7: the amount is negative"


def test_an_error_without_a_place_leaves_none_open() -> None:
    fault = UsageError("bill.negative", WHAT, REMEDY)
    assert fault.say(Language.EN).startswith("[bill.negative] the amount")
    assert str(fault) == "bill.negative: the amount is negative"


def test_an_error_is_permanent_unless_said_otherwise() -> None:
    assert DataError("a.b", WHAT, REMEDY).permanent
    assert not DataError("a.b", WHAT, REMEDY, permanent=False).permanent


@pytest.mark.parametrize("kind", [DataError, PlaybookError, UsageError, FaultList])
def test_every_kind_can_be_caught_as_one(kind: type[WeixiError]) -> None:
    assert issubclass(kind, WeixiError)


def test_a_list_of_faults_says_every_one_and_stands_for_the_first() -> None:
    first = PlaybookError("offer.cost", WHAT, REMEDY, where="plan.toml:3")
    second = PlaybookError("offer.pool", WHAT, REMEDY, where="plan.toml:9")
    faults = FaultList([first, second])
    assert (faults.code, faults.where) == ("offer.cost", "plan.toml:3")
    for language in Language:
        assert faults.say(language) == f"{first.say(language)}\n{second.say(language)}"


def test_a_text_is_filled_in_both_languages() -> None:
    text = Text("{name}缺少{count}列", "{name} lacks {count} columns").fill(name="账单", count=2)
    assert text.say(Language.ZH) == "账单缺少2列"
    assert text.say(Language.EN) == "账单 lacks 2 columns"
    with pytest.raises(KeyError):
        Text("{name}", "{name}").fill(count=2)
