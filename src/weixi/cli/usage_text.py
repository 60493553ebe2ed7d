"""What click says of a call that it cannot take, in both languages: click itself knows English alone."""

import re

import click

from weixi.kernel.language import Text

_CHINESE = (
    (r"Invalid value for '([^']*)': ", r"\1 的值不对："),
    (r"Invalid value: ", "值不对："),
    (r"Missing argument '([^']*)'\.?", r"缺少 \1"),
    (r"Missing option '([^']*)'\.?", r"缺少 \1"),
    (r"Missing command\.", "缺少子命令"),
    (r" Choose from:\s*", "，可选："),
    (r",\n\t", "、"),
    (r"No such option '([^']*)'\.", r"没有选项 \1"),
    (r"No such command '([^']*)'\.", r"没有命令 \1"),
    (r" \(?Did you mean (?:one of: )?([^?]*)\?\)?", r"；是不是 \1"),
    (r"Option '([^']*)' requires an argument\.", r"选项 \1 后面要写值"),
    (r"Option '([^']*)' requires (\d+) arguments\.", r"选项 \1 后面要写 \2 个值"),
    (r"Option '([^']*)' does not take a value\.", r"选项 \1 后面不写值"),
    (r"Got unexpected extra arguments? \(([^)]*)\)", r"多写了：\1"),
    (r"'(.*)' is not a valid (?:integer|integer range)\.", r"“\1”不是整数"),
    (r"'(.*)' is not a valid (?:float|float range)\.", r"“\1”不是数字"),
    (r"(\S+) is not in the range ([^ ]*?)\.$", r"\1 不在范围 \2 内"),
    (r"'(.*?)' is not one of (.*)\.$", r"“\1”不在可选值之内：\2"),
    (r"'(.*?)' is not '([^']*)'\.$", r"“\1”不在可选值之内：\2"),
    (r"(?:File|Path) '(.*)' does not exist\.", r"没有文件“\1”"),
    (r"Directory '(.*)' does not exist\.", r"没有目录“\1”"),
    (r"(?:File|Path) '(.*)' is a directory\.", r"“\1”是目录，不是文件"),
    (r"Directory '(.*)' is a file\.", r"“\1”是文件，不是目录"),
    (r"(?:File|Path|Directory) '(.*)' is not readable\.", r"“\1”没有读的权限"),
    (r"(?:File|Path|Directory) '(.*)' is not writable\.", r"“\1”没有写的权限"),
)
"""click's sentences (8.x, `_( … )` in its exceptions, types and parser) and the Chinese for each part of them."""

_LIST = re.compile(r"'([^']*)', (?=')")


def usage_text(fault: click.UsageError) -> Text:
    """What is wrong with the call; a sentence that is not known stays in click's English."""
    english = fault.format_message().strip()
    chinese = english
    for pattern, words in _CHINESE:
        chinese = re.sub(pattern, words, chinese)
    if chinese != english:
        chinese = _LIST.sub(r"\1、", chinese).replace("'", "")
    return Text(chinese, english)
