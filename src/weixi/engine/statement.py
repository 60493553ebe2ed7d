"""What a statement reads and what it is made of: partitions, rows in passing, parts."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from weixi.engine.partition import Partition
from weixi.engine.port import Value
from weixi.engine.schema import Table


@dataclass(frozen=True)
class Stream:
    """Rows from outside that one statement reads once, as they come; `origin` names them."""

    table: Table
    batches: Callable[[], Iterator[pa.RecordBatch]]
    origin: str


@dataclass(frozen=True)
class Part:
    """One statement of several that make a partition together, with parameters of its own.

    `as_written`: its joins are to run in its own order, the right side held in memory.
    """

    text: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    as_written: bool = False


Input = Partition | Sequence[Partition] | Stream
Inputs = Mapping[str, Input]


def several(given: Partition | Sequence[Partition]) -> Sequence[Partition]:
    """The partitions of one view."""
    return [given] if isinstance(given, Partition) else given


def table_of(given: Input) -> Table:
    """The table whose rows the view holds."""
    return given.table if isinstance(given, Stream) else several(given)[0].table


def names_of(given: Input) -> list[str]:
    """What the view holds, as a manifest records it."""
    return [given.origin] if isinstance(given, Stream) else [p.fingerprint for p in several(given)]


def told(parameters: Mapping[str, Value]) -> str:
    """The parameters as one text, the same for the same values."""
    return json.dumps({name: str(value) for name, value in parameters.items()}, sort_keys=True)
