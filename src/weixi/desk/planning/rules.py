"""Who may change what holds for the whole operator, and what may happen to a version of its playbook. Pure."""

import re
from datetime import timedelta, timezone
from pathlib import PurePosixPath

from weixi.desk.org.rules import Role, Sight
from weixi.kernel.errors import UsageError
from weixi.kernel.ids import mask_name, mask_number
from weixi.kernel.language import Text
from weixi.kernel.terms import Term

SHANGHAI = timezone(timedelta(hours=8))


class VersionState(Term):
    """Where a version of the playbook stands."""

    DRAFT = "DRAFT", "草稿", "draft"
    PROPOSED = "PROPOSED", "待审批", "proposed"
    PUBLISHED = "PUBLISHED", "生效", "in force"
    REJECTED = "REJECTED", "退回", "sent back"
    RETIRED = "RETIRED", "已被替代", "retired"


EDITABLE = frozenset({VersionState.DRAFT, VersionState.REJECTED})
"""The text of a version in one of these may change."""

LONGEST_TEXT = 1_000_000
"""Letters of a playbook's text."""

LARGEST_UPLOAD = 1024**3
"""Bytes of one upload."""

FOLDER = "uploads"
"""The folder of uploads in the home."""

MOST_FILES = 50
"""Files of one upload."""

ENDINGS = (".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".parquet", ".zip", ".json", ".dat")
"""The endings of files that may be uploaded."""

_BAD = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class UploadState(Term):
    """Where an upload stands."""

    RECEIVED = "RECEIVED", "已上传", "received"
    REFUSED = "REFUSED", "未导入：有错", "refused, not imported"
    TAKEN = "TAKEN", "已导入", "imported"


def require_whole(sight: Sight) -> str:
    """The path of the operator's top, where the person is planner. Raises UsageError for one of a part of it."""
    for path in sight.paths_as({Role.PLANNER}):
        if path.count("/") == 1:
            return path
    raise UsageError(
        "planning.whole",
        Text(
            "这一步对整个运营商生效，只有全网的方案策划可以做；没有改变。",
            "This holds for the whole operator: only its planner may do it. Nothing was changed.",
        ),
        Text("请全网的方案策划来做。", "Ask the planner of the whole operator."),
    )


def require_editable(state: VersionState) -> None:
    """Raises UsageError where the text may not change any more."""
    if state not in EDITABLE:
        raise UsageError(
            "planning.not_editable",
            Text(f"{state.text.zh}的版本不能修改。", f"A version that is {state.text.en} does not change."),
            Text("以它为底稿另存为新版本。", "Make a new version from it."),
        )


def require_proposed(state: VersionState) -> None:
    """Raises UsageError where nobody proposed the version."""
    if state is not VersionState.PROPOSED:
        raise UsageError(
            "planning.not_proposed",
            Text(
                f"这个版本是“{state.text.zh}”，不在待审批。",
                f"This version is {state.text.en}, not proposed.",
            ),
            Text("先由编制人提交审批。", "Its author proposes it first."),
        )


def require_author(author_id: int, actor_id: int) -> None:
    """Raises UsageError where somebody else than the author would write: who reads it over must not have written."""
    if author_id != actor_id:
        raise UsageError(
            "planning.not_author",
            Text("只有编制人能修改这个版本。", "Only its author changes this version."),
            Text("以它为底稿另存为自己的版本。", "Make a version of your own from it."),
        )


def require_other(author_id: int, actor_id: int) -> None:
    """Raises UsageError where the author would pass his own version: four eyes."""
    if author_id == actor_id:
        raise UsageError(
            "planning.four_eyes",
            Text(
                "编制人不能审批自己的版本；没有发布。",
                "The author does not publish his own version. Nothing was published.",
            ),
            Text("请另一位方案策划审批。", "Ask another planner."),
        )


def safe_name(name: str) -> str:
    """The name under which an uploaded file is kept: its last part, without signs that a path or a shell reads.

    Raises UsageError for a name with nothing left or of a kind that is not taken.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    kept = _BAD.sub("_", last).strip(" .")[-120:]
    if not kept or not kept.lower().endswith(ENDINGS):
        raise UsageError(
            "planning.file_kind",
            Text(
                f"不收这种文件：{last[:80] or '（无名）'}",
                f"such a file is not taken: {last[:80] or '(none)'}",
            ),
            Text(f"可以上传：{'、'.join(ENDINGS)}", f"what is taken: {', '.join(ENDINGS)}"),
        )
    return kept


_DIGITS = re.compile(r"\d{7,}")
_NAME = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")


def hidden(text: str) -> str:
    """The text with long numbers, and words short enough to be a person's name, masked."""
    return _NAME.sub(lambda m: mask_name(m[0]), _DIGITS.sub(lambda m: mask_number(m[0]), text))


def too_large(limit: int) -> UsageError:
    """The upload exceeds what is taken."""
    size = f"{limit / 1024**3:.0f} GB" if limit >= 1024**3 else f"{limit / 1024**2:.0f} MB"
    return UsageError(
        "planning.too_large",
        Text(f"上传超过 {size}，没有接收。", f"The upload exceeds {size} and was not taken."),
        Text("压缩成 .zip 或 .gz，或分几次上传。", "Compress it (.zip, .gz) or send it in parts."),
    )


ACTS = {
    "planning.draft": Text("新建方案版本", "drafted a playbook version"),
    "planning.write": Text("修改方案版本", "changed a playbook version"),
    "planning.propose": Text("提交方案审批", "proposed a playbook version"),
    "planning.publish": Text("发布方案", "published a playbook version"),
    "planning.reject": Text("退回方案", "sent a playbook version back"),
    "planning.upload": Text("上传数据", "uploaded an extract"),
    "planning.map": Text("修改映射", "changed a mapping"),
    "planning.quarantine": Text("下载隔离记录", "downloaded quarantined records"),
    "planning.run": Text("运行月度", "ran a month"),
    "planning.import": Text("导入数据", "imported an extract"),
    "planning.freeze": Text("拍照封存", "sealed cohorts"),
}
"""What this app writes into the audit, in words."""

WORDS = {
    "version": Text("方案版本", "playbook version"),
    "upload": Text("上传", "upload"),
    "month": Text("月份", "month"),
    "base": Text("底稿", "made from"),
    "fingerprint": Text("指纹", "fingerprint"),
    "files": Text("文件数", "files"),
    "bytes": Text("字节", "bytes"),
    "rows": Text("行数", "rows"),
    "by": Text("经办", "by"),
}
"""The kinds of subjects and the names of details in those entries, in words."""
