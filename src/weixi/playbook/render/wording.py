"""Conditions of a playbook in business words: what an expression says, in both languages, without any SQL."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from weixi.dialect.outline import Form, Outline, outline
from weixi.kernel.language import Text
from weixi.kernel.terms import Term
from weixi.playbook.model import Phrase, Playbook, Vocabulary
from weixi.playbook.render.comparison import OPPOSITE, SIGNS, Quantity, compared, unknown
from weixi.playbook.render.simplify import simplified
from weixi.playbook.render.text import both, joined, plain

EVERYONE = Text("全部用户", "everyone")
NOBODY = Text("无", "nobody")
SEE_APPENDIX = Text("符合附录二所列算式", "meets the expression given in appendix 2")
_ARPU = {
    "arpu_at_least": Form.AT_LEAST,
    "arpu_above": Form.ABOVE,
    "arpu_at_most": Form.AT_MOST,
    "arpu_below": Form.BELOW,
}
_ARPU_NOUN = Text("近三个月平均 ARPU ", "the mean ARPU of three months")
_NO_MONTH = Text("尚无完整出账月", "has no complete billed month yet")


class Wording:
    """Puts the expressions of one playbook into words, with its own figures and the vocabulary's phrases."""

    def __init__(self, playbook: Playbook, vocabulary: Vocabulary) -> None:
        self._parameters = playbook.parameters
        self._phrases = vocabulary.phrases
        labels: dict[str, Mapping[str, Text]] = {
            column: {str(word): word.text if isinstance(word, Term) else plain(str(word)) for word in words}
            for column, words in vocabulary.words.items()
        }
        labels["band"] = {band.code: band.text for band in playbook.bands}
        self._labels = labels
        self._quantity = Quantity(playbook.parameters, vocabulary.phrases)

    def condition(self, when: str, *, rest: Text = EVERYONE) -> Text:
        """What a condition asks for; `rest` is said of one that always holds."""
        tree = simplified(outline(when), self._parameters)
        if tree.form is Form.TRUE:
            return rest
        if tree.form is Form.FALSE:
            return NOBODY
        return self._clause(tree, negated=False)[0]

    def value(self, expression: str) -> Text:
        """What a value is: a day, an amount in yuan."""
        said = self._quantity.say(outline(expression), unit="fen")
        return SEE_APPENDIX if said is None else said

    def _clause(self, node: Outline, *, negated: bool) -> tuple[Text, bool]:
        """The words of a condition, and whether they join several (so that they are bracketed inside others)."""
        if node.form is Form.NOT:
            return self._clause(node.parts[0], negated=not negated)
        if node.form in (Form.AND, Form.OR):
            parts = self._spans(node.parts) if node.form is Form.AND and not negated else list(node.parts)
            said = [part if isinstance(part, Text) else self._bracketed(part, negated) for part in parts]
            all_hold = (node.form is Form.AND) is not negated
            return joined(said, Text("，且", ", and ") if all_hold else Text("，或", ", or ")), len(said) > 1
        if node.form is Form.CALL and node.word in (*_ARPU, "arpu_between"):
            return self._arpu(node, negated), negated
        return self._atom(node, negated), False

    def _bracketed(self, node: Outline, negated: bool) -> Text:
        said, several = self._clause(node, negated=negated)
        return both("（{0}）", "({0})", said) if several else said

    def _atom(self, node: Outline, negated: bool) -> Text:
        if node.form in SIGNS:
            one, other = node.parts
            form = OPPOSITE[node.form] if negated else node.form
            said = compared(self._quantity, form, one, other, self._labels)
            return SEE_APPENDIX if said is None else said
        if node.form is Form.COLUMN:
            phrase = self._phrase(node.word)
            return (phrase.lacking or both("并非{0}", "not: {0}", phrase.noun)) if negated else phrase.noun
        if node.form is Form.IS_NULL and node.parts[0].form is Form.COLUMN:
            return unknown(self._phrase(node.parts[0].word), known=negated)
        if node.form is Form.BETWEEN:
            return self._between(node, negated)
        if node.form is Form.IN and node.parts[0].form is Form.COLUMN:
            return self._among(node, negated)
        if node.form in (Form.TRUE, Form.FALSE):
            return EVERYONE if (node.form is Form.TRUE) is not negated else NOBODY
        return SEE_APPENDIX

    def _phrase(self, column: str) -> Phrase:
        return self._phrases.get(column, Phrase(plain(column)))

    def _arpu(self, node: Outline, negated: bool) -> Text:
        amounts = [self._quantity.yuan(part) for part in node.parts]
        if None in amounts:
            return SEE_APPENDIX
        if node.word == "arpu_between":
            low, high = (self._quantity.money(amount) for amount in amounts if amount is not None)
            said = Text(
                f"{_ARPU_NOUN.zh}{'不' if negated else ''}在 {low.zh}至 {high.zh}之间（含两端）",
                f"{_ARPU_NOUN.en} is {'not ' if negated else ''}from {low.en} to {high.en}, both included",
            )
        else:
            form = _ARPU[node.word]
            sign = SIGNS[OPPOSITE[form] if negated else form].of_amount
            [amount] = amounts
            figure = self._quantity.money(amount or Decimal(0))
            said = Text(f"{_ARPU_NOUN.zh}{sign.zh} {figure.zh}", f"{_ARPU_NOUN.en} {sign.en} {figure.en}")
        return joined([said, _NO_MONTH], Text("，或", ", or ")) if negated else said

    def _between(self, node: Outline, negated: bool) -> Text:
        subject, low, high = node.parts
        if negated or subject.form is not Form.COLUMN:
            return SEE_APPENDIX
        return self._span(subject, low, high) or SEE_APPENDIX

    def _among(self, node: Outline, negated: bool) -> Text:
        column = node.parts[0].word
        labels = self._labels.get(column, {})
        words = [both("“{0}”", "“{0}”", labels.get(part.word, plain(part.word))) for part in node.parts[1:]]
        one = joined(words, Text("或", " or "))
        return (
            both("{0}不是{1}", "{0} is not {1}", self._phrase(column).noun, one)
            if negated
            else both("{0}为{1}", "{0} is {1}", self._phrase(column).noun, one)
        )

    def _spans(self, parts: Sequence[Outline]) -> list[Outline | Text]:
        """The terms of an AND, two bounds of one column made one span."""
        found: list[Outline | Text] = []
        used: set[int] = set()
        for index, part in enumerate(parts):
            if index in used:
                continue
            span = None
            if part.form is Form.AT_LEAST or (
                part.form is Form.BELOW and self._quantity.constant(part.parts[1]) == 0
            ):
                for other in range(len(parts)):
                    if other == index or other in used or parts[other].parts[:1] != part.parts[:1]:
                        continue
                    span = self._two(part, parts[other])
                    if span is not None:
                        used.add(other)
                        break
            found.append(part if span is None else span)
        return [part for place, part in enumerate(found) if not self._was_used(part, parts, used)]

    def _was_used(self, part: Outline | Text, parts: Sequence[Outline], used: set[int]) -> bool:
        return not isinstance(part, Text) and any(parts[index] is part for index in used)

    def _two(self, one: Outline, other: Outline) -> Text | None:
        """Two bounds of the same column as one span; None where they are none."""
        if one.parts[0].form is not Form.COLUMN:
            return None
        if one.form is Form.AT_LEAST and other.form is Form.AT_MOST:
            return self._span(one.parts[0], one.parts[1], other.parts[1])
        if one.form is Form.BELOW and other.form is Form.AT_LEAST:
            return self._past(one.parts[0], other.parts[1])
        return None

    def _span(self, column: Outline, low: Outline, high: Outline) -> Text | None:
        phrase = self._phrase(column.word)
        least, most = self._quantity.constant(low), self._quantity.constant(high)
        if least is None or most is None:
            return None
        if phrase.noun.zh.startswith("距") and least == -most:
            figure = self._quantity.figure(most, phrase.unit)
            event = event_of(phrase)
            return Text(f"在{event.zh}前后 {figure.zh}以内", f"is within {figure.en} of {event.en}")
        if phrase.unit == "day" and least == 0:
            figure = self._quantity.figure(most, phrase.unit)
            if phrase.noun.zh.startswith("距"):
                event = event_of(phrase)
                return Text(
                    f"{event.zh[:-2]}将在 {figure.zh}内{event.zh[-2:]}",
                    f"is at most {figure.en} before {event.en}",
                )
            return Text(f"{phrase.noun.zh}不超过 {figure.zh}", f"{phrase.noun.en} is at most {figure.en}")
        first, last = (self._quantity.figure(bound, phrase.unit) for bound in (least, most))
        return Text(
            f"{phrase.noun.zh}在 {first.zh}至 {last.zh}之间",
            f"{phrase.noun.en} is from {first.en} to {last.en}",
        )

    def _past(self, column: Outline, least: Outline) -> Text | None:
        phrase, bound = self._phrase(column.word), self._quantity.constant(least)
        if bound is None or bound >= 0 or not phrase.noun.zh.startswith("距"):
            return None
        figure, event = self._quantity.figure(-bound, phrase.unit), event_of(phrase)
        return Text(f"{event.zh}后不超过 {figure.zh}", f"is at most {figure.en} after {event.en}")


def event_of(phrase: Phrase) -> Text:
    """Of days that lead to an event (距合约到期), the event (合约到期)."""
    return Text(phrase.noun.zh.removeprefix("距"), phrase.noun.en.removeprefix("the time to "))
