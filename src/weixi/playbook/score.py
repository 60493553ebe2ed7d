"""How the risk of leaving is scored each month: how much is learnt from, and from which score a level begins."""

from dataclasses import dataclass

from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class Scoring:
    """How one playbook scores its lines.

    `months` are the months whose lines are learnt from, the latest whose outcome is known; `rows` how many lines of
    theirs at most. A score of `red` (0–100) and above is 高, of `yellow` and above 中, below that 低.
    """

    months: int
    rows: int
    red: int
    yellow: int
    source: Source
