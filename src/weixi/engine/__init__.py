"""Portable tables: one port, two engines, immutable partitions with seals."""

from weixi.engine.opening import open_engine
from weixi.engine.partition import Manifest, Partition
from weixi.engine.port import Engine, Value
from weixi.engine.schema import Column, Table, columns_sql
from weixi.engine.statement import Part, Source
from weixi.engine.store import Store

__all__ = [
    "Column",
    "Engine",
    "Manifest",
    "Part",
    "Partition",
    "Source",
    "Store",
    "Table",
    "Value",
    "columns_sql",
    "open_engine",
]
