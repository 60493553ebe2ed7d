"""What an operator delivers: the feeds, the mapping onto them, reading, typing, and what is refused."""

from weixi.flow.extract.doubt import doubts
from weixi.flow.extract.enough import require_recognised
from weixi.flow.extract.feeds import (
    BALANCE,
    EVENT,
    FEEDS,
    FLOW_COLUMNS,
    LINE_COLUMNS,
    ORG,
    SUBSCRIBER,
    SURVEY,
    Feed,
)
from weixi.flow.extract.joining import JoinCount
from weixi.flow.extract.judging import Converted, Listed, convert, judge
from weixi.flow.extract.label import LabelCount, count_label
from weixi.flow.extract.look import look, resolve
from weixi.flow.extract.mapping import FeedMapping, OperatorMapping, SingleNode
from weixi.flow.extract.mapping_file import load_mapping, read_mapping, shipped_mappings
from weixi.flow.extract.naming import COLUMN_NAMES, column_name
from weixi.flow.extract.opening import (
    Extract,
    ExtractFile,
    Trust,
    mapping_name,
    of_day,
    open_files,
    open_folder,
)
from weixi.flow.extract.quarantine import write_quarantine
from weixi.flow.extract.read import batches, header
from weixi.flow.extract.sample import PREFIX as SAMPLE_PREFIX
from weixi.flow.extract.sample import sample_file
from weixi.flow.extract.sheet import sheet_names
from weixi.flow.extract.source import Source
from weixi.flow.extract.staging import Batch, Staged, batches_of, day_batches_of, stage
from weixi.flow.extract.style import Style
from weixi.flow.extract.suggest import (
    Role,
    Suggestion,
    Sureness,
    gone_words,
    label_likeness,
    leak_named,
    suggest,
    sureness_of,
    write_mapping,
)
from weixi.flow.extract.tables import DAY_QUARANTINE, QUARANTINE, TABLES, FeedName, LeftOut, Reason
from weixi.flow.extract.text_batch import FILE, LINE

__all__ = [
    "BALANCE",
    "COLUMN_NAMES",
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
    "SURVEY",
    "TABLES",
    "Batch",
    "Converted",
    "Extract",
    "ExtractFile",
    "Feed",
    "FeedMapping",
    "FeedName",
    "JoinCount",
    "LabelCount",
    "LeftOut",
    "Listed",
    "OperatorMapping",
    "Reason",
    "Role",
    "SingleNode",
    "Source",
    "Staged",
    "Style",
    "Suggestion",
    "Sureness",
    "Trust",
    "batches",
    "batches_of",
    "column_name",
    "convert",
    "count_label",
    "day_batches_of",
    "doubts",
    "gone_words",
    "header",
    "judge",
    "label_likeness",
    "leak_named",
    "load_mapping",
    "look",
    "mapping_name",
    "of_day",
    "open_files",
    "open_folder",
    "read_mapping",
    "require_recognised",
    "resolve",
    "sample_file",
    "sheet_names",
    "shipped_mappings",
    "stage",
    "suggest",
    "sureness_of",
    "write_mapping",
    "write_quarantine",
]
