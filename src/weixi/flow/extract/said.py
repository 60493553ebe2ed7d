"""What an import says of how its files are written, where that was found by looking."""

from collections.abc import Iterator, Sequence

from weixi.flow.extract.opening import ExtractFile
from weixi.flow.extract.style import Style
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text

_NAMES = {
    ",": Text("逗号", "comma"),
    "\t": Text("制表符", "tab"),
    ";": Text("分号", "semicolon"),
    "|": Text("竖线", "pipe"),
    "\x01": Text("0x01", "0x01"),
}


def style_remarks(files: Sequence[ExtractFile], styles: Sequence[Style], told: Style) -> Iterator[Text]:
    """One remark for each file that is written in another way than plain UTF-8 CSV, where looking found it."""
    for file, style in zip(files, styles, strict=True):
        zh, en = [], []
        if told.sheet is None and style.sheet is not None:
            zh.append(f"工作表“{style.sheet}”")
            en.append(f"sheet “{style.sheet}”")
        if told.encoding is None and style.codec != "utf-8":
            zh.append(style.codec.upper())
            en.append(style.codec.upper())
        if told.delimiter is None and style.separator != ",":
            name = _NAMES.get(style.separator, Text(style.separator, style.separator))
            zh.append(f"{name.zh}分隔")
            en.append(f"separated by {name.en}")
        if told.decimal is None and style.decimal == ",":
            zh.append("小数点为逗号")
            en.append("decimal comma")
        if told.header_row is None and style.first_row != 1:
            zh.append(f"表头在第 {style.first_row} 行")
            en.append(f"header in line {style.first_row}")
        if zh:
            yield Text(
                f"{file.name} 看出：{'，'.join(zh)}", f"{file.name}, found by looking: {', '.join(en)}"
            )


def decimal(styles: Sequence[Style], files: Sequence[ExtractFile]) -> str:
    """The decimal mark of files that are read together. Raises DataError where they differ."""
    marks = {style.decimal for style in styles if style.decimal is not None} or {"."}
    if len(marks) > 1:
        raise DataError(
            "extract.decimal",
            Text("几个文件的小数点写法不同", "the files have different decimal marks"),
            Text(
                '分开导入，或在映射写 decimal = "."',
                'import them apart, or write decimal = "." in the mapping',
            ),
            where=", ".join(file.name for file in files),
        )
    return marks.pop()
