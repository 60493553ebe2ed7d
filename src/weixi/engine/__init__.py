"""Portable tables: one port, two engines, immutable partitions with seals."""

from weixi.engine.opening import open_engine
from weixi.engine.partition import Manifest, Partition
from weixi.engine.port import Engine, Value
from weixi.engine.schema import Column, Table, columns_sql
from weixi.engine.statement import Part, Stream
from weixi.engine.store import OLD_COLUMNS, Store
from weixi.engine.trial import Trial

__all__ = [
    "OLD_COLUMNS",
    "Column",
    "Engine",
    "Manifest",
    "Part",
    "Partition",
    "Store",
    "Stream",
    "Table",
    "Trial",
    "Value",
    "columns_sql",
    "open_engine",
]
