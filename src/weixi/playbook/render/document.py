"""A document before it has a format: headings, clauses, tables, a block to sign. Texts are in one language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading with its number in the text; level 1 is a chapter, 2 a section of it."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One paragraph; `lead` is the bold beginning of it. Marks such as 〔3〕 point into the list of sources.

    `at` is the file and line of the entry that it says; empty: of none.
    """

    text: str
    lead: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. `widths` are the shares of its columns; `is_code` sets the last column in a fixed-width face.

    `ats` are the files and lines of the entries that the rows say, "" for a row that says none.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    is_code: bool = False
    ats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """The block to sign: who signs, with room for name and date."""

    headings: tuple[str, ...]
    roles: tuple[str, ...]


Block = Heading | Clause | Grid | Signatures


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its title, facts under the title (name, value), the line at the foot of each page, its blocks."""

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    footer: str
    blocks: tuple[Block, ...] = ()
