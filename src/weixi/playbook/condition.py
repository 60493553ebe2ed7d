"""One test of a compiled playbook, and what is said to who fails it."""

from dataclasses import dataclass

from weixi.kernel.language import Text


@dataclass(frozen=True, slots=True)
class Condition:
    """One test; of an offer, `text` says why not to who fails it. `columns`: the test's and the text's `{column}`s."""

    code: str
    sql: str
    text: Text
    columns: frozenset[str] = frozenset()
    when: str = ""
