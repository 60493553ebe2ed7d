"""Customers: a small book of one line whose node is the one at the path."""

import os
import tempfile
from datetime import datetime
from pathlib import Path

from handmade.customers import settle
from handmade.desk import code_of
from handmade.objects.made import Made, Maker


def customer(path: str, now: datetime) -> Made:
    """A customer of that node: the desk's home becomes a folder of its own."""
    settle(Path(tempfile.mkdtemp(dir=os.environ["WEIXI_HOME"])), {1: path})
    return Made({"subscriber_id": 1})


def revealed(path: str, now: datetime) -> Made:
    made = customer(path, now)
    return Made({**made.parts, "what": "number"}, {"reason": "CALL"})


def node(path: str, now: datetime) -> Made:
    return Made({"code": code_of(path)})


MAKERS: dict[str, Maker] = {
    "subscriber": customer,
    "node_groups": node,
    "subscriber_plan": customer,
    "subscriber_history": customer,
    "subscriber_household": customer,
    "subscriber_record": customer,
    "subscriber_reveal": revealed,
}
