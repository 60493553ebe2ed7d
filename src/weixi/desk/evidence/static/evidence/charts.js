// The charts of what decisions rest on.

import { COLOURS, QUIET, TIP, present } from "../base/charts.js";

const LABEL = { fontSize: 12, color: "#0f172a" };
const BELOW = { bottom: 0, itemWidth: 18, itemHeight: 8, textStyle: { fontSize: 11 } };

function calibration(data) {
  const reach = Math.max(...data.points.flatMap(([said, came]) => [said, came]), 1);
  const largest = Math.max(...data.points.map(([, , rows]) => rows), 1);
  const most = Math.min(100, Math.ceil((reach * 1.08) / 5) * 5);
  return {
    ...QUIET,
    grid: { left: 26, right: 16, top: 12, bottom: 46, containLabel: true },
    legend: BELOW,
    tooltip: { ...TIP, trigger: "item", formatter: (point) => data.said[point.dataIndex] ?? point.seriesName },
    xAxis: { type: "value", min: 0, max: most, name: data.axes[0], nameLocation: "middle", nameGap: 24 },
    yAxis: { type: "value", min: 0, max: most, name: data.axes[1], nameLocation: "middle", nameGap: 32 },
    series: [
      {
        type: "line",
        name: data.names[0],
        symbol: "none",
        silent: true,
        lineStyle: { type: "dashed", color: COLOURS.GREY, width: 1.5 },
        itemStyle: { color: COLOURS.GREY },
        data: [[0, 0], [most, most]],
      },
      {
        type: "line",
        name: data.names[1],
        symbol: "circle",
        symbolSize: (_, point) => 5 + 13 * Math.sqrt(data.points[point.dataIndex][2] / largest),
        lineStyle: { color: COLOURS.TOTAL, width: 1.5 },
        itemStyle: { color: COLOURS.TOTAL },
        data: data.points.map(([said, came]) => [said, came]),
      },
    ],
  };
}

function course(data) {
  const colours = [COLOURS.TOTAL, COLOURS.GREY, COLOURS.GOOD];
  const many = data.lines.length > 1;
  return {
    ...QUIET,
    grid: { left: 4, right: 24, top: 26, bottom: many ? 34 : 4, containLabel: true },
    legend: many ? BELOW : undefined,
    tooltip: { ...TIP, trigger: "axis" },
    xAxis: { type: "category", data: data.months, axisLabel: { fontSize: 11, hideOverlap: true } },
    yAxis: {
      type: "value",
      scale: true,
      boundaryGap: ["12%", "18%"],
      splitNumber: 3,
      axisLabel: { fontSize: 11, formatter: `{value}${data.unit}` },
    },
    series: data.lines.map((line, at) => ({
      type: "line",
      name: line.name,
      data: line.values,
      symbol: ["circle", "rect", "triangle"][at],
      symbolSize: 8,
      lineStyle: { color: colours[at], width: 2, type: at === 1 ? "dashed" : "solid" },
      itemStyle: { color: colours[at] },
      label: { ...LABEL, show: !many, position: "top" },
    })),
  };
}

function bars(data) {
  return {
    ...QUIET,
    grid: { left: 4, right: 70, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.rows.map((row) => row.name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...LABEL, width: 118, overflow: "break" },
    },
    series: [
      {
        type: "bar",
        silent: true,
        barMaxWidth: 22,
        data: data.rows.map((row) => ({
          value: row.size,
          itemStyle: { color: COLOURS[row.way] },
          label: { formatter: row.label },
        })),
        label: { ...LABEL, show: true, position: "right" },
      },
    ],
  };
}

// Every row's interval twice: thin where it holds at every look, thick where it holds at one. Lines break at "-".
function intervals(data) {
  const spans = (name) => data.rows.flatMap((row, at) =>
    row[name].length ? [[row[name][0], at], [row[name][1], at], ["-", at]] : []);
  const line = (name, at, width) => ({
    type: "line",
    name: data.names[at],
    data: spans(name),
    symbol: width > 3 ? "none" : ["rect"],
    symbolSize: [2, 12],
    silent: true,
    lineStyle: { color: width > 3 ? COLOURS.TOTAL : COLOURS.GREY, width },
    itemStyle: { color: width > 3 ? COLOURS.TOTAL : COLOURS.GREY },
  });
  return {
    ...QUIET,
    grid: { left: 4, right: 20, top: 8, bottom: 52, containLabel: true },
    legend: { ...BELOW, type: "scroll" },
    tooltip: { ...TIP, trigger: "item", formatter: (point) => data.rows[point.value[1]]?.said },
    xAxis: { type: "value", name: data.axis, nameLocation: "middle", nameGap: 22, axisLabel: { fontSize: 11 } },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.rows.map((row) => row.name),
      axisTick: { show: false },
      axisLine: { onZero: true, lineStyle: { color: "#0f172a", width: 1.5 } },
      axisLabel: { ...LABEL, width: 104, overflow: "break" },
      position: "left",
    },
    series: [
      line("always", 2, 2),
      line("once", 1, 7),
      {
        type: "scatter",
        name: data.names[0],
        symbol: "diamond",
        symbolSize: 14,
        data: data.rows.map((row, at) => ({ value: [row.middle, at], itemStyle: { color: COLOURS[row.way] } })),
        itemStyle: { color: COLOURS.WARN, borderColor: "#ffffff", borderWidth: 1 },
        z: 5,
      },
    ],
  };
}

// What a plan is worth by the amount of one limit; the larger point is where it stands now.
function curve(data) {
  const known = data.points.filter(([, value]) => value !== null);
  return {
    ...QUIET,
    grid: { left: 26, right: 24, top: 28, bottom: 34, containLabel: true },
    tooltip: { ...TIP, trigger: "axis" },
    xAxis: { type: "value", scale: true, name: data.axes[0], nameLocation: "middle", nameGap: 24 },
    yAxis: { type: "value", scale: true, name: data.axes[1], nameLocation: "middle", nameGap: 44 },
    series: [
      {
        type: "line",
        name: data.axes[1],
        data: known.map(([amount, value]) => ({
          value: [amount, value],
          symbolSize: amount === data.now ? 14 : 7,
          itemStyle: { color: amount === data.now ? COLOURS.GOOD : COLOURS.TOTAL },
          label: { ...LABEL, show: amount === data.now, position: "top", formatter: data.said },
        })),
        symbol: "circle",
        lineStyle: { color: COLOURS.TOTAL, width: 2 },
        areaStyle: { color: COLOURS.TOTAL, opacity: 0.08 },
      },
    ],
  };
}

// One figure by month between the ends of its interval, beside what it would be without any; new playbooks are marked.
function tuned(data) {
  const side = (place) => ({
    type: "line",
    name: data.names[1],
    data: data.values.map((each) => each[place]),
    symbol: "none",
    silent: true,
    lineStyle: { type: "dashed", color: COLOURS.GREY, width: 1.5 },
    itemStyle: { color: COLOURS.GREY },
  });
  return {
    ...QUIET,
    grid: { left: 4, right: 24, top: 26, bottom: 34, containLabel: true },
    legend: BELOW,
    tooltip: { ...TIP, trigger: "axis" },
    xAxis: { type: "category", data: data.months, axisLabel: { fontSize: 11, hideOverlap: true } },
    yAxis: { type: "value", scale: true, splitNumber: 4, axisLabel: { fontSize: 11 } },
    series: [
      side(1),
      side(2),
      {
        type: "line",
        name: data.names[2],
        data: data.months.map(() => data.base),
        symbol: "none",
        silent: true,
        lineStyle: { color: "#0f172a", width: 1 },
        itemStyle: { color: "#0f172a" },
      },
      {
        type: "line",
        name: data.names[0],
        data: data.values.map((each) => each[0]),
        symbol: "circle",
        symbolSize: 8,
        lineStyle: { color: COLOURS.TOTAL, width: 2 },
        itemStyle: { color: COLOURS.TOTAL },
        markLine: {
          symbol: "none",
          silent: true,
          lineStyle: { color: COLOURS.GOOD, type: "solid", width: 1.5 },
          label: { fontSize: 11, color: "#0f172a" },
          data: data.turns.map((turn) => ({ xAxis: turn.at, label: { formatter: turn.said } })),
        },
      },
    ],
  };
}

present({ calibration, course, bars, intervals, curve, tuned });
