"""A file that breaks off, or is not what its name says, as an error that people read."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from weixi.flow.extract.source import Source
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text


@contextmanager
def readable(source: Source) -> Iterator[None]:
    """Say a file that breaks off, or is not what its name says, as a DataError."""
    if source.is_parquet and source.member is not None:
        raise DataError(
            "extract.nested",
            Text("压缩包中的 Parquet 不能直接读取", "Parquet inside an archive is not read"),
            Text("解压后导入", "unpack it first"),
            where=str(source),
        )
    try:
        yield
    except DataError as fault:
        if fault.where:
            raise
        raise DataError(fault.code, fault.what, fault.remedy, where=str(source)) from fault
    except FileNotFoundError as fault:
        raise DataError(
            "extract.missing",
            Text("文件不存在", "the file is not there"),
            Text("检查路径；数据包可能未传完", "check the path; the extract may be half-sent"),
            where=str(source),
        ) from fault
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowInvalid) as fault:
        raise DataError(
            "extract.broken",
            Text(f"文件不完整或已损坏：{fault}", f"the file is incomplete or damaged: {fault}"),
            Text("重新传送该文件；没有写入任何数据", "send the file again; nothing was written"),
            where=str(source),
        ) from fault
