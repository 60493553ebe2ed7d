"""The area under the curve by counting, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from weixi.flow.score.churn.roc import auc_of


@pytest.mark.parametrize("values", [2, 7, 100_000])
def test_auc_counts_pairs(values: int) -> None:
    """With many ties, with few, with none."""
    rng = np.random.default_rng(values)
    label = rng.integers(0, 2, 3_000)
    score = rng.integers(0, values, 3_000) / values + label * 0.1 * (values > 2)
    assert auc_of(label, score) == pytest.approx(roc_auc_score(label, score), abs=1e-12)
