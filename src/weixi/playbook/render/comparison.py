"""Quantities and comparisons of a plan in words: 欠费不低于 500 元, 近三个月账单不足再前三个月账单的 70%."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from weixi.dialect.outline import Form, Outline
from weixi.kernel.language import Text
from weixi.playbook.model import Parameter, Phrase
from weixi.playbook.render.text import both, joined, listed, plain


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of comparison: between amounts, between counts and lengths, between days of the calendar."""

    of_amount: Text
    of_count: Text
    of_day: Text


SIGNS: Mapping[Form, Sign] = {
    Form.EQUAL: Sign(Text("为", "is"), Text("为", "is"), Text("为", "is")),
    Form.UNEQUAL: Sign(Text("不为", "is not"), Text("不为", "is not"), Text("不为", "is not")),
    Form.BELOW: Sign(Text("低于", "is below"), Text("不足", "is below"), Text("早于", "is before")),
    Form.AT_MOST: Sign(
        Text("不超过", "is at most"), Text("不超过", "is at most"), Text("不晚于", "is not after")
    ),
    Form.ABOVE: Sign(Text("超过", "is above"), Text("超过", "is above"), Text("晚于", "is after")),
    Form.AT_LEAST: Sign(
        Text("不低于", "is at least"), Text("不少于", "is at least"), Text("不早于", "is not before")
    ),
}
OPPOSITE: Mapping[Form, Form] = {
    Form.EQUAL: Form.UNEQUAL,
    Form.UNEQUAL: Form.EQUAL,
    Form.BELOW: Form.AT_LEAST,
    Form.AT_LEAST: Form.BELOW,
    Form.ABOVE: Form.AT_MOST,
    Form.AT_MOST: Form.ABOVE,
}
UNITS: Mapping[str, Text] = {
    "fen": Text("元", "yuan"),
    "yuan": Text("元", "yuan"),
    "hours": Text("小时", "hours"),
    "day": Text("天", "days"),
    "days": Text("天", "days"),
    "month": Text("个月", "months"),
    "months": Text("个月", "months"),
    "time": Text("次", ""),
    "piece": Text("个", ""),
    "second": Text("秒", "seconds"),
    "kb": Text("KB", "KB"),
    "year": Text("岁", "years"),
    "percent": Text("%", "%"),
    "count": Text("", ""),
    "": Text("", ""),
}
_MONTHS, _REVENUE = "complete_months", "revenue_3m_fen"
_COUNTED = ("day", "month", "time", "piece", "second", "kb")


def number(value: Decimal | int) -> str:
    """A figure for people: thousands apart, no empty decimals."""
    exact = Decimal(value)
    return f"{exact:,.0f}" if exact == exact.to_integral_value() else f"{exact.normalize():,f}"


class Quantity:
    """What a value expression is, in words, with the plan's own figures."""

    def __init__(self, parameters: Mapping[str, Parameter], phrases: Mapping[str, Phrase]) -> None:
        self._parameters = parameters
        self._phrases = phrases

    def phrase(self, column: str) -> Phrase:
        """The column's phrase; its name where it has none."""
        return self._phrases.get(column, Phrase(plain(column)))

    def figure(self, value: Decimal, unit: str) -> Text:
        """A figure in a unit; fen are said in yuan."""
        shown, word = number(value / 100 if unit == "fen" else value), UNITS[unit]
        return Text(f"{shown} {word.zh}".rstrip(), f"{shown} {word.en}".rstrip())

    def money(self, yuan: Decimal) -> Text:
        """An amount in yuan."""
        return self.figure(yuan, "yuan")

    def constant(self, node: Outline) -> Decimal | None:
        """The number that a piece is, money in fen; None where it depends on the line."""
        if node.form is Form.NUMBER:
            return Decimal(node.word)
        if node.form is Form.PARAMETER:
            return self._given(node.word)
        if node.form is Form.CALL and node.word == "yuan":
            amount = self.yuan(node.parts[0])
            return None if amount is None else amount * 100
        if node.form in (Form.PLUS, Form.MINUS, Form.TIMES):
            values = [self.constant(part) for part in node.parts]
            known = [value for value in values if value is not None]
            if len(known) != len(values):
                return None
            total = known[0]
            for value in known[1:]:
                total = {Form.PLUS: total + value, Form.MINUS: total - value, Form.TIMES: total * value}[
                    node.form
                ]
            return total
        return None

    def yuan(self, node: Outline) -> Decimal | None:
        """The amount in yuan that a piece names; None where it names none."""
        return self.constant(node)

    def _given(self, name: str) -> Decimal | None:
        value = self._parameters[name].value if name in self._parameters else None
        return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None

    def unit(self, node: Outline) -> str:
        """The unit that a piece counts; "" where it has none."""
        if node.form is Form.COLUMN:
            return self.phrase(node.word).unit
        units = {self.unit(part) for part in node.parts if self.constant(part) is None}
        return units.pop() if len(units) == 1 else ""

    def say(self, node: Outline, unit: str) -> Text | None:
        """The piece in words; a bare figure counts `unit`. None where there are no words for it."""
        value = self.constant(node)
        if value is not None:
            own = self._parameters[node.word].unit if node.form is Form.PARAMETER else unit
            return self.figure(value, own if own in UNITS and own != "count" else unit)
        if node.form is Form.COLUMN:
            return self.phrase(node.word).noun
        if node.form is Form.PLUS:
            return self._sum(node)
        if node.form in (Form.MINUS, Form.TIMES, Form.REST):
            sides = [self.say(part, unit if node.form is Form.MINUS else "") for part in node.parts]
            known = [side for side in sides if side is not None]
            signs = {Form.MINUS: plain(" − "), Form.TIMES: plain(" × "), Form.REST: Text("除以", " modulo ")}
            return joined(known, signs[node.form]) if len(known) == len(sides) else None
        if node.form is Form.CALL and node.word == "days_between":
            start, end = (self.say(part, "") for part in node.parts)
            return (
                None
                if start is None or end is None
                else both("{0}到{1}的天数", "the days from {0} to {1}", start, end)
            )
        return None

    def _sum(self, node: Outline) -> Text | None:
        later = [part for part in node.parts if self.constant(part) is not None]
        others = [part for part in node.parts if self.constant(part) is None]
        said = [self.say(part, "") for part in others]
        known = [part for part in said if part is not None]
        if len(known) != len(said):
            return None
        if len(known) == 1 and len(later) == 1:
            days = self.figure(self.constant(later[0]) or Decimal(0), "day")
            return both("{0}后 {1}", "{1} after {0}", known[0], days)
        return both("{0}之和", "the sum of {0}", listed(known)) if not later else None


def compared(
    quantity: Quantity, form: Form, one: Outline, other: Outline, labels: Mapping[str, Mapping[str, Text]]
) -> Text | None:
    """One comparison in words; None where there are none for it."""
    if quantity.constant(one) is not None and quantity.constant(other) is None:
        mirrored = {Form.BELOW: Form.ABOVE, Form.ABOVE: Form.BELOW, Form.AT_MOST: Form.AT_LEAST,
                    Form.AT_LEAST: Form.AT_MOST}  # fmt: skip
        form, one, other = mirrored.get(form, form), other, one
    if other.form is Form.WORD and one.form is Form.COLUMN:
        word = labels.get(one.word, {}).get(other.word, plain(other.word))
        pattern = (
            ("{0}为“{1}”", "{0} is “{1}”") if form is Form.EQUAL else ("{0}不是“{1}”", "{0} is not “{1}”")
        )
        return both(*pattern, quantity.phrase(one.word).noun, word)
    bound = quantity.constant(other)
    if bound is not None:
        return _against_figure(quantity, form, one, other, bound)
    return _against_share(quantity, form, one, other)


def unknown(phrase: Phrase, *, known: bool) -> Text:
    """That a column has a value, or none."""
    if known:
        return phrase.present or both("{0}有记录", "{0} is known", phrase.noun)
    return phrase.none or both("{0}没有记录", "{0} is not known", phrase.noun)


def _against_figure(
    quantity: Quantity, form: Form, one: Outline, other: Outline, bound: Decimal
) -> Text | None:
    if one.form is Form.COLUMN:
        special = _beside_nothing(quantity.phrase(one.word), form, bound)
        if special is not None:
            return special
    if one.form is Form.REST and bound == 0 and form is Form.EQUAL:
        subject, step = one.parts
        every, noun = quantity.constant(step), quantity.say(subject, "")
        if every is not None and noun is not None:
            figure = quantity.figure(every, quantity.unit(subject))
            return Text(f"{noun.zh}每满 {figure.zh}", f"{noun.en} is a multiple of {figure.en}")
    subject_words = quantity.say(one, "")
    figure_words = quantity.say(other, quantity.unit(one))
    if subject_words is None or figure_words is None:
        return None
    sign = _sign(form, quantity.unit(one))
    return Text(
        f"{subject_words.zh}{sign.zh} {figure_words.zh}", f"{subject_words.en} {sign.en} {figure_words.en}"
    )


def _beside_nothing(phrase: Phrase, form: Form, bound: Decimal) -> Text | None:
    """Comparisons with 0 have words of their own: there is one, there is none, it is past."""
    if (form, bound) in ((Form.ABOVE, Decimal(0)), (Form.AT_LEAST, Decimal(1))):
        return phrase.present
    if (form, bound) in ((Form.EQUAL, Decimal(0)), (Form.BELOW, Decimal(1)), (Form.AT_MOST, Decimal(0))):
        return phrase.lacking
    if bound == 0 and phrase.unit == "day" and phrase.noun.zh.startswith("距"):
        event = Text(phrase.noun.zh.removeprefix("距"), phrase.noun.en.removeprefix("the time to "))
        if form is Form.BELOW:
            return both("已过{0}", "is past {0}", event)
        if form is Form.AT_LEAST:
            return both("尚未过{0}", "is not past {0}", event)
    if bound == 0 and form is Form.AT_LEAST:
        return phrase.present
    return None


def _against_share(quantity: Quantity, form: Form, one: Outline, other: Outline) -> Text | None:
    """A comparison of two things of the line, one of them perhaps a share or a multiple of the other."""
    (times_one, ones), (times_other, others) = _factors(quantity, one), _factors(quantity, other)
    months = Outline(Form.COLUMN, _MONTHS)
    if months in ones and len(ones) == 2 and others == [Outline(Form.COLUMN, _REVENUE)]:
        ones.remove(months)
        subject = quantity.say(ones[0], "")
        figure = quantity.figure(times_other / times_one, "month")
        sign = _sign(form, quantity.unit(ones[0]))
        return subject and Text(
            f"{subject.zh}{sign.zh} {figure.zh}的月均账单",
            f"{subject.en} {sign.en} {figure.en} of the mean bill",
        )
    if len(ones) != 1 or len(others) != 1:
        return None
    subject, object_ = quantity.say(ones[0], ""), quantity.say(others[0], "")
    if subject is None or object_ is None:
        return None
    sign = _sign(form, "date" if quantity.unit(ones[0]) == "" else quantity.unit(ones[0]))
    share = times_other / times_one
    if share == 1:
        return Text(f"{subject.zh}{sign.zh}{object_.zh}", f"{subject.en} {sign.en} {object_.en}")
    if share == Decimal("0.5"):
        return Text(
            f"{subject.zh}{sign.zh}{object_.zh}的一半", f"{subject.en} {sign.en} half of {object_.en}"
        )
    if share < 2:
        percent = number(share * 100)
        return Text(
            f"{subject.zh}{sign.zh}{object_.zh}的 {percent}%",
            f"{subject.en} {sign.en} {percent} % of {object_.en}",
        )
    return Text(
        f"{subject.zh}{sign.zh}{object_.zh}的 {number(share)} 倍",
        f"{subject.en} {sign.en} {number(share)} times {object_.en}",
    )


def _factors(quantity: Quantity, node: Outline) -> tuple[Decimal, list[Outline]]:
    """The constant factor of a product, and its other factors."""
    constant, others = Decimal(1), []
    for part in node.parts if node.form is Form.TIMES else (node,):
        value = quantity.constant(part)
        if value is None:
            others.append(part)
        else:
            constant *= value
    return constant, others


def _sign(form: Form, unit: str) -> Text:
    sign = SIGNS[form]
    if unit == "date":
        return sign.of_day
    return sign.of_count if unit in _COUNTED else sign.of_amount
