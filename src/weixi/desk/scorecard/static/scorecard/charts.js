// The charts of a unit's figures.

import { COLOURS, QUIET, TIP, present } from "../base/charts.js";

const LIGHTS = {
  GREEN: { color: "#047857", symbol: "circle" },
  YELLOW: { color: "#b45309", symbol: "triangle" },
  RED: { color: "#b91c1c", symbol: "diamond" },
  NONE: { color: "#64748b", symbol: "emptyCircle" },
  PLAIN: { color: "#0f6a9c", symbol: "circle" },
};
const number = new Intl.NumberFormat("en-US");

function trend(data) {
  const last = data.values.findLastIndex((value) => value !== null);
  return {
    ...QUIET,
    grid: { left: 4, right: 24, top: 22, bottom: 4, containLabel: true },
    tooltip: {
      ...TIP,
      trigger: "axis",
      formatter: ([first]) => `${data.months[first.dataIndex]}\n${data.said[first.dataIndex]}`,
    },
    xAxis: {
      type: "category",
      data: data.months,
      axisLabel: { fontSize: 11, formatter: (month) => month.slice(2), hideOverlap: true },
    },
    yAxis: {
      type: "value",
      scale: true,
      boundaryGap: ["12%", "18%"],
      splitNumber: 3,
      axisLabel: { fontSize: 11, formatter: "{value}%", hideOverlap: true },
    },
    series: [
      {
        type: "line",
        name: data.names[0],
        data: data.values.map((value, at) => ({
          value,
          symbol: LIGHTS[data.lights[at]].symbol,
          symbolSize: at === last ? 10 : 7,
          itemStyle: { color: LIGHTS[data.lights[at]].color },
          label: { show: at === last, position: "top", formatter: `${value}%`, fontSize: 12, color: "#0f172a" },
        })),
        connectNulls: false,
        lineStyle: { color: COLOURS.TOTAL, width: 2 },
      },
      {
        type: "line",
        name: data.names[1],
        data: data.targets,
        symbol: "none",
        lineStyle: { type: "dashed", color: COLOURS.GREY, width: 1.5 },
      },
    ],
  };
}

function waterfall(data) {
  const floors = [];
  const bars = [];
  let level = 0;
  data.steps.forEach((step) => {
    const total = step.way === "TOTAL";
    const low = total ? 0 : Math.min(level, level + step.size);
    level = total ? step.size : level + step.size;
    floors.push(low);
    bars.push({
      value: Math.abs(step.size),
      itemStyle: { color: COLOURS[step.way] },
      label: { formatter: (total || step.size <= 0 ? "" : "+") + number.format(step.size) },
    });
  });
  // The ground is cut so that small steps on a large stock can be seen; the axis shows where it begins.
  const lowest = Math.min(...floors.filter((_, at) => data.steps[at].way !== "TOTAL"));
  const highest = Math.max(...floors.map((floor, at) => floor + bars[at].value));
  const span = Math.max(highest - lowest, 1);
  const ten = 10 ** Math.floor(Math.log10(span / 3));
  const step = [1, 2, 5, 10].map((times) => times * ten).find((each) => each * 4 >= span);
  const interval = Math.max(1, step);
  const ground = lowest > span ? Math.max(0, Math.floor((lowest - span / 3) / interval) * interval) : 0;
  return {
    ...QUIET,
    grid: { left: 4, right: 8, top: 28, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      data: data.steps.map((step) => step.name),
      axisLabel: { interval: 0, fontSize: 12, width: 64, overflow: "break" },
    },
    yAxis: {
      type: "value",
      min: ground,
      interval: ground ? interval : undefined,
      splitNumber: 4,
      axisLabel: { fontSize: 11 },
    },
    series: [
      { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: floors },
      {
        type: "bar",
        stack: "all",
        silent: true,
        data: bars,
        barMaxWidth: 56,
        label: { show: true, position: "top", fontSize: 12, color: "#0f172a" },
      },
    ],
  };
}

function bars(data) {
  return {
    ...QUIET,
    grid: { left: 4, right: 110, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, min: 0 },
    yAxis: {
      type: "category",
      inverse: true,
      data: data.rows.map((row) => row.name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { fontSize: 12, width: 110, overflow: "break", color: "#0f172a" },
    },
    series: [
      {
        type: "bar",
        silent: true,
        barMaxWidth: 28,
        itemStyle: { color: COLOURS[data.way] },
        data: data.rows.map((row) => ({ value: row.size, label: { formatter: row.label } })),
        label: { show: true, position: "right", fontSize: 12, color: "#0f172a" },
      },
    ],
  };
}

present({ trend, waterfall, bars });
