"""What models read, by hand: only the training rows teach."""

import numpy as np
import pytest

from weixi.flow.score.churn.encode import RARE, learn_encoding
from weixi.flow.score.churn.frame import Frame, Words


def test_numbers_beyond_training_are_read_as_its_edge() -> None:
    train = Frame({"tenure": np.array([63.0, 64.0] * 10)}, {}, 20)
    encoding = learn_encoding(train)
    new = Frame({"tenure": np.array([66.0, 64.0, 1.0, 63.0])}, {}, 4)
    assert encoding.filled(new)[:, 0].tolist() == [1.0, 1.0, -1.0, -1.0]


def test_holes_take_the_median_and_a_flag() -> None:
    train = Frame({"bill": np.array([1.0, 2.0, 9.0, np.nan]), "whole": np.arange(4.0)}, {}, 4)
    encoding = learn_encoding(train)
    assert encoding.holes == ("bill",)
    filled = encoding.filled(
        Frame({"bill": np.array([np.nan, 2.0]), "whole": np.array([1.5, np.nan])}, {}, 2)
    )
    assert filled[0, 0] == pytest.approx(filled[1, 0])
    assert filled[:, 2].tolist() == [1.0, 0.0]


def test_rare_and_unknown_words_are_none_of_the_kept() -> None:
    codes = np.array([0] * RARE + [1] * (RARE + 1) + [2] * 3)
    encoding = learn_encoding(Frame({}, {"plan": Words(("a", "b", "rare"), codes)}, len(codes)))
    assert encoding.words["plan"] == ("b", "a")
    new = Frame({}, {"plan": Words(("a", "b", "new", "rare"), np.array([0, 1, 2, 3]))}, 4)
    assert encoding.hot(new)[:, 0].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert encoding.raw_names() == ("plan",)
