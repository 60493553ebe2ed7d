"""The state of every line, as a struct of arrays. One position = one line or prospect."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from weixi.kernel.terms import ContractKind, ExitType, LineType, LineUse, ServiceStatus

Array = NDArray[Any]

EPOCH = date(2000, 1, 1)
NEVER = -32_768
"""A day that is not there."""

STATUSES = tuple(ServiceStatus)
EXITS = tuple(ExitType)
CONTRACTS = tuple(ContractKind)
LINE_TYPES = tuple(LineType)
LINE_USES = tuple(LineUse)

IN_SERVICE, ONE_WAY, TWO_WAY, SUSPENDED, PENDING, EXITED, PROSPECT = range(7)
PORTED, CANCELLED, DEBT, FRAUD = range(4)
BARE, LEASE, BONUS, COMMITMENT = range(4)
MAIN, SECONDARY, BROADBAND = range(3)
COMMERCIAL, TEST, STAFF, IOT = range(4)


def day_number(day: date) -> int:
    """Days from 2000-01-01 to `day`."""
    return (day - EPOCH).days


def column(dtype: DTypeLike, fill: float = 0) -> Any:
    """A field that is an array of `dtype`, filled with `fill` where nothing was said."""
    return field(metadata={"dtype": np.dtype(dtype), "fill": fill})


@dataclass(slots=True)
class Lines:
    """Arrays of one length. Days are day numbers (`NEVER`: none), money is fen, indexes are −1 where there is none."""

    serial: Array = column(np.int64)  # the operator's number of the line, ascending
    household: Array = column(np.int32, -1)  # serial of the household's first line
    account: Array = column(np.int32, -1)
    party: Array = column(np.int32, -1)
    corporate: Array = column(np.int32, -1)  # index of the organisation
    key_person: Array = column(np.bool_)
    line_type: Array = column(np.int8)
    line_use: Array = column(np.int8)
    status: Array = column(np.int8)
    status_day: Array = column(np.int16, NEVER)
    open_day: Array = column(np.int16, NEVER)
    exit_type: Array = column(np.int8, -1)
    exit_day: Array = column(np.int16, NEVER)
    postpaid: Array = column(np.bool_)
    home_unit: Array = column(np.int16)
    unit: Array = column(np.int16, -1)  # attached (挂靠)
    owner: Array = column(np.int32, -1)
    representative: Array = column(np.int32, -1)
    outlet_unit: Array = column(np.int16, -1)
    agent: Array = column(np.int32, -1)  # who won the line
    plan: Array = column(np.int8)
    level: Array = column(np.int32)  # what the person spends in a usual month
    use: Array = column(np.float32)  # log of use, 0 is usual
    slow: Array = column(np.float32)  # its running mean
    falling: Array = column(np.int8)  # months of decline still to come
    silent: Array = column(np.bool_)
    balance: Array = column(np.int32)
    arrears: Array = column(np.int32)
    arrears_months: Array = column(np.int8)
    handset: Array = column(np.int8, -1)
    handset_day: Array = column(np.int16, NEVER)
    contract: Array = column(np.int8)
    contract_start: Array = column(np.int16, NEVER)
    contract_end: Array = column(np.int16, NEVER)
    subsidy: Array = column(np.int32)
    subsidy_end: Array = column(np.int16, NEVER)
    release: Array = column(np.int32)
    broadband_end: Array = column(np.int16, NEVER)
    converged: Array = column(np.bool_)
    birth_year: Array = column(np.int16)
    complaint_open: Array = column(np.bool_)
    complaint_age: Array = column(np.int8, 99)  # months since the last complaint
    repair_open: Array = column(np.bool_)
    query_age: Array = column(np.int8, 99)  # months since the last port-out query
    pending: Array = column(np.int8, -1)  # the exit applied for, not yet done
    consents_sms: Array = column(np.bool_)
    consents_call: Array = column(np.bool_)
    suspect: Array = column(np.bool_)  # the truth
    suspect_level: Array = column(np.int8)  # what the risk desk knows
    gamed: Array = column(np.bool_)  # lifted over the line this month
    price: Array = column(np.float32)  # traits: about 0, deviation about 1
    gadget: Array = column(np.float32)
    service: Array = column(np.float32)
    aversion: Array = column(np.float32)
    frailty: Array = column(np.float32)
    relief: Array = column(np.float32)  # taken off the log hazard by what was agreed
    relief_months: Array = column(np.int8)

    @classmethod
    def empty(cls, count: int) -> Self:
        """So many lines with nothing said about them."""
        return cls(
            **{f.name: np.full(count, f.metadata["fill"], dtype=f.metadata["dtype"]) for f in fields(cls)}
        )

    def __len__(self) -> int:
        return len(self.serial)

    def part(self, start: int, stop: int) -> "Lines":
        """The lines from `start` up to `stop`: views, so that what is written there is written here."""
        return Lines(**{f.name: getattr(self, f.name)[start:stop] for f in fields(self)})

    def take(self, which: Array) -> "Lines":
        """Copies of some lines."""
        return Lines(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    def keep(self, which: Array) -> None:
        """Forget every other line; one column at a time, so that memory holds one copy of one column."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name)[which])

    def put(self, start: int, other: "Lines") -> None:
        """Copy `other` to the positions from `start`."""
        for f in fields(self):
            getattr(self, f.name)[start : start + len(other)] = getattr(other, f.name)

    def extend(self, others: Sequence["Lines"]) -> None:
        """Add lines at the end, one column at a time."""
        for f in fields(self):
            setattr(
                self, f.name, np.concatenate([getattr(self, f.name), *(getattr(o, f.name) for o in others)])
            )

    @property
    def is_live(self) -> Array:
        """In service: neither exited nor a prospect."""
        live: Array = self.status < EXITED
        return live

    @property
    def is_main(self) -> Array:
        """Main card."""
        main: Array = self.line_type == MAIN
        return main
