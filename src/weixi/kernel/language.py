"""The two languages every text for users is written in."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """One of the languages the product speaks; Chinese is the default."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text for users, in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The text in `language`."""
        return self.zh if language is Language.ZH else self.en

    def fill(self, **values: object) -> "Text":
        """The same text with `{name}` replaced by each value, in both languages."""
        return Text(self.zh.format(**values), self.en.format(**values))
