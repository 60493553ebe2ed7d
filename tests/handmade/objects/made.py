"""One object of the scope matrix."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Made:
    """One object: the parts of its address, and a body that the address accepts."""

    parts: Mapping[str, object]
    body: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[str, datetime], Made]
