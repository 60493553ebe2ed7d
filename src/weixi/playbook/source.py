"""Where an entry of a plan comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry comes from: the document, its line (0: no document's line, a default), its words.

    `at` is the file and line of the playbook that holds the entry; `counsel` that it touches law and counsel checks it.
    """

    document: str
    line: int
    quote: str
    section: str = ""
    at: str = ""
    counsel: bool = False
