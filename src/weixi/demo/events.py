"""The dated events of one chunk of lines in one month, gathered as arrays."""

from dataclasses import dataclass, field

import numpy as np

from weixi.demo.lines import Array
from weixi.kernel.terms import Channel, EventType

EVENT_TYPES = tuple(EventType)
CHANNELS = tuple(Channel)


@dataclass(frozen=True, slots=True)
class Happened:
    """Events as arrays of one length, in order of time. Indexes are −1 and amounts `NO_AMOUNT` where there is none."""

    row: Array
    kind: Array
    day: Array
    second: Array
    amount: Array
    channel: Array
    offer: Array
    agent: Array


NO_AMOUNT = -1


@dataclass(slots=True)
class Log:
    """Collects events; `row` is the line's position in the chunk."""

    parts: list[tuple[Array, ...]] = field(default_factory=list)

    def add(
        self,
        row: Array,
        kind: EventType,
        day: Array | int,
        *,
        amount: Array | int = NO_AMOUNT,
        channel: Array | int = -1,
        offer: Array | int = -1,
        agent: Array | int = -1,
    ) -> None:
        """One event of `kind` for each row."""
        count = len(row)
        columns = (np.int8(EVENT_TYPES.index(kind)), day, amount, channel, offer, agent)
        types = (np.int8, np.int16, np.int64, np.int8, np.int16, np.int32)
        self.parts.append(
            (
                row.astype(np.int64),
                *(np.broadcast_to(c, count).astype(t) for c, t in zip(columns, types, strict=True)),
            )
        )

    def gather(self, rng: np.random.Generator) -> Happened:
        """Everything so far, each with a moment between 08:00 and 21:59 of its day."""
        if not self.parts:
            self.add(np.empty(0, dtype=np.int64), EventType.ORDER, 0)
        row, kind, day, amount, channel, offer, agent = (
            np.concatenate(column) for column in zip(*self.parts, strict=True)
        )
        second = rng.integers(8 * 3600, 22 * 3600, len(row), dtype=np.int32)
        order = np.argsort(day.astype(np.int64) * 86_400 + second, kind="stable")
        return Happened(
            row[order], kind[order], day[order], second[order], amount[order], channel[order],
            offer[order], agent[order],
        )  # fmt: skip
