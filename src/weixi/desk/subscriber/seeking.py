"""What somebody types to find a customer, and what of it the book is asked. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

LONGEST = 60
KNOWN_DIGITS = 5
"""A masked number must show so many digits: with fewer it would list a neighbourhood."""


class By(Term):
    """By what a customer is sought."""

    NUMBER = "NUMBER", "完整号码", "full number"
    MASKED = "MASKED", "带星号的号码", "masked number"
    TAIL = "TAIL", "号码后四位", "last four digits"
    KEY = "KEY", "编码", "operator's code"
    ID = "ID", "内部编号", "id"
    NAME = "NAME", "姓名", "name"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is sought: the condition on the view `i` (IDENTITY), and the values that it binds.

    `length` is that of a name typed with stars.
    """

    by: By
    test: str
    values: Mapping[str, int | str]
    length: int | None = None


HOW = Text(
    "可以输入：11 位完整号码；带星号的号码，如 138****1234；号码后四位；姓名或姓；用户编码；id: 加内部编号。",
    "You can type: a full number of 11 digits; a masked one such as 138****1234; the last four digits; "
    "a name or its beginning; the operator's code; id: and the id.",
)

_SPACES = re.compile(r"[\s\-()（）]+")
_MASK = re.compile(r"^(\d*)(\*+)(\d*)$")


def sought(text: str) -> Sought:
    """What the text asks for. Raises UsageError where it can be nothing, or is too little."""
    typed = text.strip().replace("＊", "*").replace("×", "*")
    plain = _SPACES.sub("", typed)
    if not plain or len(typed) > LONGEST:
        raise _unusable(Text("没有可查找的内容。", "There is nothing to search for."))
    if plain.lower().startswith(("id:", "id：")):
        digits = plain[3:]
        if not digits.isdecimal() or len(digits) > 18:
            raise _unusable(Text("id: 之后要写数字编号。", "A number has to follow id:."))
        return Sought(By.ID, "i.subscriber_id = $id", {"id": int(digits)})
    number = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", plain)
    if number.isdecimal() and number.isascii():
        if len(number) == 11:
            return Sought(By.NUMBER, "(i.msisdn = $text OR i.source_key = $text)", {"text": number})
        if len(number) == 4:
            return Sought(
                By.TAIL, "(substr(i.msisdn, 8, 4) = $text OR i.source_key = $text)", {"text": number}
            )
        return Sought(By.KEY, "(i.source_key = $text OR i.msisdn = $text)", {"text": number})
    if _MASK.match(number):
        return _masked(number)
    if "*" in plain:
        head = plain.split("*", 1)[0]
        if not head or plain.strip("*") != head:
            raise _unusable(
                Text("姓名的星号要放在后面，如 王**。", "The stars of a name stand at its end: 王**.")
            )
        return Sought(
            By.NAME,
            f"(starts_with(i.name, $text) AND length(i.name) = {len(plain)})",
            {"text": head},
            len(plain),
        )
    if plain.isascii():
        return Sought(By.KEY, "(i.source_key = $text OR starts_with(i.name, $text))", {"text": typed})
    return Sought(By.NAME, "starts_with(i.name, $text)", {"text": typed})


def _masked(number: str) -> Sought:
    found = _MASK.match(number)
    head, stars, tail = found.groups() if found else ("", "", "")
    if len(head) + len(tail) < KNOWN_DIGITS:
        raise _unusable(
            Text(
                f"带星号的号码至少要有 {KNOWN_DIGITS} 位数字。",
                f"A masked number needs {KNOWN_DIGITS} digits or more.",
            )
        )
    whole = len(head) + len(stars) + len(tail)
    tests, values = [f"length(i.msisdn) = {whole}"], {}
    if head:
        tests.append("starts_with(i.msisdn, $head)")
        values["head"] = head
    if tail:
        tests.append(f"substr(i.msisdn, {whole - len(tail) + 1}, {len(tail)}) = $tail")
        values["tail"] = tail
    return Sought(By.MASKED, f"({' AND '.join(tests)})", values)


def _unusable(what: Text) -> UsageError:
    return UsageError("subscriber.sought", what, HOW)
