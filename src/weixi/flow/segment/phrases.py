"""The five labels in words."""

from collections.abc import Mapping

from weixi.kernel.language import Text
from weixi.playbook import Phrase

LABEL_PHRASES: Mapping[str, Phrase] = {
    "is_key_revenue": Phrase(
        Text(
            "属于本单元合计贡献大部分收入的用户",
            "is among those who make the larger part of the unit's revenue",
        ),
        lacking=Text(
            "不属于本单元合计贡献大部分收入的用户",
            "is not among those who make the larger part of the unit's revenue",
        ),
    ),
    "grade": Phrase(Text("分级", "the grade")),
    "band": Phrase(Text("分档", "the band")),
    "stage": Phrase(Text("分期", "the stage")),
    "cluster": Phrase(Text("分群", "the cluster")),
    "category": Phrase(Text("分类", "the category")),
}
"""The labels' columns, and what grades are made from."""
