"""What a plan says in prose and to whom it gives which part: what no rule of it can carry."""

from dataclasses import dataclass

from weixi.kernel.language import Text
from weixi.playbook.source import Source


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the plan that steers people rather than the program; `part` is the chapter that it opens."""

    code: str
    part: str
    text: Text
    source: Source


@dataclass(frozen=True, slots=True)
class Role:
    """One role in the organisation (`text`) and what the plan asks of it (`duty`)."""

    code: str
    text: Text
    duty: Text
    source: Source
