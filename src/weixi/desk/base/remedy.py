"""What to do about a fault, in the words of the desk: who works in a browser has no command to add a switch to."""

import re
from collections.abc import Mapping

from weixi.kernel.errors import WeixiError
from weixi.kernel.language import Text

COMMAND = re.compile(r"\bweixi [a-z]|--[a-z]")
"""What tells that a text speaks of the command."""

_SHORT = "末行无换行符、或不足上月一半也照收"
_SHORT_EN = "take files whose last line has no end, or with less than half of last month"

REMEDIES: Mapping[str, Text] = {
    "book.closed": Text(
        "确需更正时，在“导入”里填写更正的原因，再导入：生成新版本，原版本保留。",
        "To correct it, give the reason of the correction below and import again: a new revision is made and the old "
        "one stays.",
    ),
    "extract.cut": Text(
        f"重新上传完整的文件；确已写完时，勾选“{_SHORT}”再导入。",
        f"Upload the whole file; if it is whole, tick “{_SHORT_EN}” and import again.",
    ),
    "extract.day_unknown": Text(
        "日更文件要连同写明日期（day）的清单一起压缩上传。",
        "Daily files are sent in one archive with a manifest that names their day.",
    ),
    "extract.month_unknown": Text(
        "在“换一个映射，或直接改映射文本”里选定账期并保存，再导入。",
        "Choose the month under “another mapping” and save it, then import again.",
    ),
    "extract.no_files": Text(
        "核对文件名和所选的账期，或换一个映射。",
        "Look at the names of the files and at the chosen month, or take another mapping.",
    ),
    "extract.no_rows": Text(
        "核对所选的账期和文件内容。", "Look at the chosen month and at what is in the files."
    ),
    "extract.short": Text(
        f"核对文件是否完整，必要时重新上传；确实如此时，勾选“{_SHORT}”再导入。",
        f"See whether the file is whole and send it again if not; if it is so, tick “{_SHORT_EN}” and import again.",
    ),
    "plan.other_playbook": Text(
        "以生效方案重新运行上个月。", "Run the month before again under the playbook in force."
    ),
    "playbook.in_force": Text("在“方案版本”重新发布一个版本。", "Publish a version of the playbook again."),
    "playbook.uncovered": Text(
        "看最接近的措施差在哪一条：放宽它的条件，或补一条措施。",
        "See which measure is nearest: widen its condition, or add a measure.",
    ),
    "store.columns": Text(
        "请系统管理员另建目录，重新导入各月数据后运行；原目录不受影响。",
        "Ask the administrator for another folder, import the months again and run; this one stays as it is.",
    ),
}
"""Faults whose remedy at the desk is another than that of the command, by their codes."""

_ELSE = Text(
    "请方案策划先在“导入数据”导入所缺的月份，再到“月度运行”运行；仍不行时请系统管理员处理。",
    "Ask a planner to import the months that are missing and to run them; if that fails, ask the administrator.",
)


def remedy_of(fault: WeixiError) -> Text:
    """What to do about the fault at the desk: its own remedy, unless that speaks of the command."""
    if not COMMAND.search(f"{fault.remedy.zh} {fault.remedy.en}"):
        return fault.remedy
    return REMEDIES.get(fault.code, _ELSE)
