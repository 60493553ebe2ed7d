"""The month's report as one self-contained HTML page: what it says, its charts, and how it is put together."""

from weixi.cli.report_page.content import Report, gather
from weixi.cli.report_page.page import ECHARTS, ECHARTS_SHA256, ECHARTS_VERSION, render, vendored_echarts

__all__ = ["ECHARTS", "ECHARTS_SHA256", "ECHARTS_VERSION", "Report", "gather", "render", "vendored_echarts"]
