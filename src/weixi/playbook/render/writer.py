"""What all chapters write with: one language, numbered headings, one numbered list of sources."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from weixi.kernel.language import Language, Text
from weixi.kernel.terms import Channel
from weixi.playbook.model import Playbook, Vocabulary
from weixi.playbook.render.comparison import number
from weixi.playbook.render.document import Block, Clause, Grid, Heading
from weixi.playbook.render.wording import EVERYONE, Wording
from weixi.playbook.source import Source

_DIGITS = "零一二三四五六七八九"


def numeral(count: int) -> str:
    """A chapter's number in Chinese, 1 to 99."""
    tens, ones = divmod(count, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones or not tens else "")


class Writer:
    """The blocks of one plan as they are written; `wording` says its conditions."""

    def __init__(self, playbook: Playbook, vocabulary: Vocabulary, language: Language) -> None:
        self.playbook = playbook
        self.vocabulary = vocabulary
        self.language = language
        self.wording = Wording(playbook, vocabulary)
        self.blocks: list[Block] = []
        self.sources: dict[tuple[str, int, str], Source] = {}
        self._chapter = 0
        self._section = 0
        self._marked = ""

    def say(self, text: Text) -> str:
        """The text in the document's language."""
        return text.say(self.language)

    def words(self, zh: str, en: str) -> str:
        """One of the two."""
        return self.say(Text(zh, en))

    def chapter(self, title: Text) -> None:
        """Begin a chapter."""
        self._chapter += 1
        self._section = 0
        count = Text(f"{numeral(self._chapter)}、", f"{self._chapter}. ")
        self.blocks.append(Heading(1, self.say(count) + self.say(title)))

    def section(self, title: Text) -> None:
        """Begin a section of the chapter."""
        self._section += 1
        count = Text(f"（{numeral(self._section)}）", f"{self._chapter}.{self._section} ")
        self.blocks.append(Heading(2, self.say(count) + self.say(title)))

    def appendix(self, count: int, title: Text) -> None:
        """Begin an appendix."""
        self.blocks.append(
            Heading(1, self.words(f"附录{numeral(count)}　{title.zh}", f"Appendix {count}. {title.en}"))
        )

    def clause(self, text: str, *sources: Source, lead: str = "") -> None:
        """One paragraph with the marks of its sources."""
        at = sources[0].at if sources else ""
        self.blocks.append(Clause(f"{text}{self.mark(*sources)}", lead, at))

    def grid(
        self,
        headings: Sequence[Text],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
        *,
        is_code: bool = False,
    ) -> None:
        """One table; nothing where it has no rows. A row says the entry whose source is marked while it is made."""
        lines, ats = [], []
        self._marked = ""
        for row in rows:
            lines.append(tuple(row))
            ats.append(self._marked)
            self._marked = ""
        if lines:
            names = tuple(self.say(heading) for heading in headings)
            self.blocks.append(Grid(names, tuple(lines), tuple(widths), is_code, tuple(ats)))

    def statements(self, part: str) -> None:
        """What the plan says in prose at the head of a chapter."""
        for statement in self.playbook.statements:
            if statement.part == part:
                self.clause(self.say(statement.text), statement.source)

    def has_statements(self, *parts: str) -> bool:
        """Whether the plan says anything there."""
        return any(statement.part in parts for statement in self.playbook.statements)

    def mark(self, *sources: Source) -> str:
        """The marks of those sources, each numbered once in the document."""
        marks = []
        if sources:
            self._marked = sources[0].at
        for source in sources:
            key = (source.document, source.line, source.quote)
            self.sources.setdefault(key, source)
            mark = f"〔{list(self.sources).index(key) + 1}〕"
            if mark not in marks:
                marks.append(mark)
        return "".join(marks)

    def condition(self, when: str, rest: Text = EVERYONE) -> str:
        """A condition in words."""
        return self.say(self.wording.condition(when, rest=rest))

    def yuan(self, amount_fen: int | None) -> str:
        """An amount in yuan."""
        if amount_fen is None:
            return "—"
        whole, cents = divmod(amount_fen, 100)
        return f"{whole:,}{f'.{cents:02d}' if cents else ''} {self.words('元', 'yuan')}"

    def listing(self, parts: Iterable[str]) -> str:
        """The parts as a list inside a sentence."""
        return self.words("、", ", ").join(parts)

    def channels(self, codes: Iterable[str]) -> str:
        """The channels by name."""
        return self.listing(self.say(Channel(code).text) for code in codes)

    def rate(self, share: Decimal) -> str:
        """A rate of 0–1 in percent."""
        return f"{number(share * 100)}{self.words('%', ' %')}"
