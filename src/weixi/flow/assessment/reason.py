"""Reasons that stand in sealed entries: said, and naming no person."""

import re

from weixi.kernel.errors import UsageError
from weixi.kernel.language import Text

_PERSONAL = re.compile(r"\d{11,}")


def checked_reason(reason: str, ledger: str, *, may_be_empty: bool = False) -> str:
    """The reason without blanks around it; `ledger` names the errors' codes.

    Raises UsageError where it is empty, or holds a number of 11 digits or more: a sealed entry cannot be erased.
    """
    said = reason.strip()
    if not said and not may_be_empty:
        raise UsageError(
            f"{ledger}.no_reason",
            Text("没有写明理由或证据", "no reason or evidence is given"),
            Text(
                "写明理由（--reason、--why）或证据（--evidence）",
                "say it with --reason, --why or --evidence",
            ),
        )
    if _PERSONAL.search(said):
        raise UsageError(
            f"{ledger}.personal",
            Text(
                "理由里有 11 位以上的号码：账目封存后不能删除",
                "the reason holds a number of 11 digits or more",
            ),
            Text(
                "写工单号或文件号，不写手机号、证件号",
                "name a ticket or a document: entries cannot be erased",
            ),
        )
    return said
