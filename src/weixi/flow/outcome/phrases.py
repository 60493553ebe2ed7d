"""The columns of success tests in words."""

from collections.abc import Mapping
from dataclasses import replace

from weixi.flow.book import BOOK_PHRASES
from weixi.flow.outcome.scope import OUTCOME_COLUMNS
from weixi.kernel.language import Text
from weixi.playbook import Phrase

_WHEN = {"was": Text("下发时", "at issue"), "now": Text("核验时", "when verified")}
_OWN: Mapping[str, Phrase] = {
    "recharge_fen": Phrase(Text("窗口内充值", "recharged in the window"), "fen"),
    "recharge_count": Phrase(
        Text("窗口内充值次数", "the recharges in the window"),
        "time",
        Text("窗口内有充值", "recharged in the window"),
    ),
    "payment_fen": Phrase(
        Text("窗口内缴费", "paid in the window"), "fen", Text("窗口内有缴费", "paid in the window")
    ),
    "payment_count": Phrase(
        Text("窗口内缴费次数", "the payments in the window"),
        "time",
        Text("窗口内有缴费", "paid in the window"),
    ),
    "order_count": Phrase(
        Text("窗口内办理次数", "the orders in the window"),
        "time",
        Text("窗口内有办理", "ordered in the window"),
    ),
    "repair_done_count": Phrase(
        Text("窗口内修复次数", "the repairs in the window"),
        "time",
        Text("窗口内故障已修复", "a fault was repaired in the window"),
    ),
    "complaint_closed_count": Phrase(
        Text("窗口内投诉办结次数", "the complaints closed in the window"),
        "time",
        Text("窗口内投诉已办结", "a complaint was closed in the window"),
    ),
    "restore_count": Phrase(
        Text("窗口内复机次数", "the restores in the window"),
        "time",
        Text("窗口内已复机", "restored in the window"),
    ),
    "days_in_window": Phrase(Text("核验窗口", "the window"), "day"),
}


def _at(when: Text, phrase: Phrase) -> Phrase:
    """The phrase of a state at one of the two moments."""

    def said(words: Text | None) -> Text | None:
        return None if words is None else Text(f"{when.zh}{words.zh}", f"{words.en} {when.en}")

    return replace(
        phrase,
        noun=Text(f"{when.zh}{phrase.noun.zh}", f"{phrase.noun.en} {when.en}"),
        present=said(phrase.present),
        lacking=said(phrase.lacking),
        none=said(phrase.none),
    )


OUTCOME_PHRASES: Mapping[str, Phrase] = {
    column: _OWN[column]
    if column in _OWN
    else _at(_WHEN[column.partition("_")[0]], BOOK_PHRASES[column.partition("_")[2]])
    for column in OUTCOME_COLUMNS
}
"""Every column of OUTCOME_COLUMNS in words."""
