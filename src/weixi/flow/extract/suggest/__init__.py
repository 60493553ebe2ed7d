"""Suggesting a mapping from the headers and values of files that nobody has described."""

from weixi.flow.extract.suggest.churn import gone_words, label_likeness, leak_named
from weixi.flow.extract.suggest.suggest import suggest
from weixi.flow.extract.suggest.suggestion import Finding, Role, Suggestion, Sureness, sureness_of
from weixi.flow.extract.suggest.writing import write_mapping

__all__ = [
    "Finding",
    "Role",
    "Suggestion",
    "Sureness",
    "gone_words",
    "label_likeness",
    "leak_named",
    "suggest",
    "sureness_of",
    "write_mapping",
]
