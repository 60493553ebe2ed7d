"""What an operator delivers: the feeds, the mapping onto them, reading, typing, and what is refused."""

from weixi.flow.extract.delimited import Style
from weixi.flow.extract.feeds import BALANCE, EVENT, FEEDS, FLOW_COLUMNS, LINE_COLUMNS, ORG, SUBSCRIBER, Feed
from weixi.flow.extract.judging import Converted, Listed, convert, judge
from weixi.flow.extract.mapping import FeedMapping, OperatorMapping, SingleNode
from weixi.flow.extract.mapping_file import load_mapping, read_mapping, shipped_mappings
from weixi.flow.extract.opening import Extract, ExtractFile, mapping_name, of_day, open_files, open_folder
from weixi.flow.extract.quarantine import write_quarantine
from weixi.flow.extract.sample import PREFIX as SAMPLE_PREFIX
from weixi.flow.extract.sample import sample_file
from weixi.flow.extract.staging import Batch, Staged, batches_of, day_batches_of, stage
from weixi.flow.extract.tables import DAY_QUARANTINE, QUARANTINE, TABLES, FeedName, Reason
from weixi.flow.extract.text_batch import FILE, LINE

__all__ = [
    "BALANCE",
    "DAY_QUARANTINE",
    "EVENT",
    "FEEDS",
    "FILE",
    "FLOW_COLUMNS",
    "LINE",
    "LINE_COLUMNS",
    "ORG",
    "QUARANTINE",
    "SAMPLE_PREFIX",
    "SUBSCRIBER",
    "TABLES",
    "Batch",
    "Converted",
    "Extract",
    "ExtractFile",
    "Feed",
    "FeedMapping",
    "FeedName",
    "Listed",
    "OperatorMapping",
    "Reason",
    "SingleNode",
    "Staged",
    "Style",
    "batches_of",
    "convert",
    "day_batches_of",
    "judge",
    "load_mapping",
    "mapping_name",
    "of_day",
    "open_files",
    "open_folder",
    "read_mapping",
    "sample_file",
    "shipped_mappings",
    "stage",
    "write_quarantine",
]
