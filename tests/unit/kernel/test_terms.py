import copy
import json
import pickle
import re

import pytest

from weixi.kernel import terms
from weixi.kernel.terms import Grade, OrgLevel, ServiceStatus, Term, WarningLevel

VOCABULARIES = [
    kind
    for kind in vars(terms).values()
    if isinstance(kind, type) and issubclass(kind, Term) and kind is not Term
]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda kind: kind.__name__)
class TestEveryVocabulary:
    def test_values_are_upper_case_english_words_equal_to_their_names(self, vocabulary: type[Term]) -> None:
        for term in vocabulary:
            assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", term.value)
            assert term.name == term.value

    def test_labels_are_there_in_both_languages_and_differ(self, vocabulary: type[Term]) -> None:
        for labels in ([term.text.zh for term in vocabulary], [term.text.en for term in vocabulary]):
            assert all(label.strip() for label in labels)
            assert len(set(labels)) == len(labels)

    def test_its_meaning_is_written_down(self, vocabulary: type[Term]) -> None:
        assert vocabulary.__doc__
        assert vocabulary.__doc__ != Term.__doc__

    def test_a_word_survives_being_stored(self, vocabulary: type[Term]) -> None:
        for term in vocabulary:
            assert vocabulary(term.value) is term
            assert pickle.loads(pickle.dumps(term)) is term
            assert copy.deepcopy(term) is term
            assert json.loads(json.dumps({"term": term})) == {"term": term.value}


def test_a_term_is_its_value_wherever_text_is_wanted() -> None:
    assert Grade.KEY == "KEY"
    assert f"{Grade.KEY} {Grade.KEY!s}" == "KEY KEY"
    assert Grade.KEY.text.zh == "重要客户"


def test_a_word_outside_the_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="GOLD"):
        Grade("GOLD")


def test_order_where_the_order_has_a_meaning() -> None:
    assert [level.value for level in WarningLevel] == ["RED", "YELLOW", "BLUE"]
    assert [level.value for level in OrgLevel] == ["PROVINCE", "CITY", "COUNTY", "UNIT", "OWNER"]
    in_service = list(ServiceStatus)[: list(ServiceStatus).index(ServiceStatus.EXITED)]
    assert [status.value for status in in_service] == [
        "IN_SERVICE",
        "ONE_WAY_STOPPED",
        "TWO_WAY_STOPPED",
        "SUSPENDED",
        "PENDING_CANCEL",
    ]
