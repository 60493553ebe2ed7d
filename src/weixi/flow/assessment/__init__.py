"""考核: the KPIs in every calibre, the scorecard, and why two calibres differ."""

from weixi.flow.assessment.calibre import Calibre, Grain, Input, exact, show, value, yearly_loss
from weixi.flow.assessment.catalogue import CALIBRES, find_calibre
from weixi.flow.assessment.difference import Explanation, Part, explain
from weixi.flow.assessment.entry import COMPLETION, KPI_NAMES, REVENUE
from weixi.flow.assessment.kpi import base_month, build_kpi
from weixi.flow.assessment.monthly import assess
from weixi.flow.assessment.movement import CAME, PART_TEXTS, WENT, Waterfall, waterfalls
from weixi.flow.assessment.report import KpiReport, KpiValue, Score, Target, read_report
from weixi.flow.assessment.scorecard import NEAR, build_scorecard
from weixi.flow.assessment.tables import KPI, LINE_STATE, SCORECARD, TABLES

__all__ = [
    "CALIBRES",
    "CAME",
    "COMPLETION",
    "KPI",
    "KPI_NAMES",
    "LINE_STATE",
    "NEAR",
    "PART_TEXTS",
    "REVENUE",
    "SCORECARD",
    "TABLES",
    "WENT",
    "Calibre",
    "Explanation",
    "Grain",
    "Input",
    "KpiReport",
    "KpiValue",
    "Part",
    "Score",
    "Target",
    "Waterfall",
    "assess",
    "base_month",
    "build_kpi",
    "build_scorecard",
    "exact",
    "explain",
    "find_calibre",
    "read_report",
    "show",
    "value",
    "waterfalls",
    "yearly_loss",
]
