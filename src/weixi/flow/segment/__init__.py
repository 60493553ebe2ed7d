"""五分: grade, band, stage, cluster and category of every line in every month."""

from weixi.flow.segment.band import NO_BAND, band_sql
from weixi.flow.segment.cross import (
    Cell,
    CrossTable,
    LabelMonth,
    Move,
    cross_table,
    label_history,
    moves,
)
from weixi.flow.segment.decided import Decided, decided_by
from weixi.flow.segment.label import (
    GRADE_COLUMNS,
    LABELLED_COLUMNS,
    Labels,
    build_label,
    label_rows,
    label_text,
    labelled_inputs,
    labelled_pieces,
)
from weixi.flow.segment.phrases import LABEL_PHRASES
from weixi.flow.segment.reach import RuleCount, rule_counts
from weixi.flow.segment.tables import DIMENSIONS, LABEL, THRESHOLD
from weixi.flow.segment.threshold import build_threshold, threshold_text

TABLES = (THRESHOLD, LABEL)

__all__ = [
    "DIMENSIONS",
    "GRADE_COLUMNS",
    "LABEL",
    "LABELLED_COLUMNS",
    "LABEL_PHRASES",
    "NO_BAND",
    "TABLES",
    "THRESHOLD",
    "Cell",
    "CrossTable",
    "Decided",
    "LabelMonth",
    "Labels",
    "Move",
    "RuleCount",
    "band_sql",
    "build_label",
    "build_threshold",
    "cross_table",
    "decided_by",
    "label_history",
    "label_rows",
    "label_text",
    "labelled_inputs",
    "labelled_pieces",
    "moves",
    "rule_counts",
    "threshold_text",
]
