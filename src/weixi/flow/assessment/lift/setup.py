"""The hold-out to set up, as the lines of a playbook: put after the one in force, it changes nothing else."""

import json
from decimal import Decimal

from weixi.playbook import Playbook

NAME = "holdout"


def holdout_toml(playbook: Playbook, share: Decimal) -> str:
    """A playbook's TOML that holds out `share` (0–1) of everybody whom `playbook` does not exempt.

    Its own rules stay, in their order: one of share 0 stays an exemption, every other gets the share. Without rules
    there is one for all. It is read after `playbook`, whose parameters its conditions name.
    """
    percent = f"{float(100 * share):g}"
    lines = [
        "[playbook]",
        f'name = "{NAME}"',
        'version = "1.0"',
        f'title = {{zh = "留白对照组 {percent}%", en = "A hold-out of {percent} %"}}',
        'replaces = ["holdout"]',
    ]
    rules = [(r.code, r.text.zh, r.text.en, r.when, r.share and share) for r in playbook.holdouts]
    for code, zh, en, when, held in rules or [("all", "全部用户", "everybody", "TRUE", share)]:
        lines += [
            "",
            "[[holdout]]",
            f"code = {_text(code)}",
            f"text = {{zh = {_text(zh)}, en = {_text(en)}}}",
            f"when = {_text(when)}",
            f"share = {float(held):g}",
            f'source = {{document = "default", quote = "设立留白对照组，比例 {percent}%"}}',
        ]
    return "\n".join(lines) + "\n"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
