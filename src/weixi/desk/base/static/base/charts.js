// Charts of a page: <div data-chart="ID"> from the JSON in <script id="ID">, whose `kind` names who draws it. Every chart
// has its numbers in a table beside it, so nothing is told by colour or picture alone.

export const COLOURS = { TOTAL: "#0f6a9c", GOOD: "#047857", BAD: "#b91c1c", GREY: "#64748b", WARN: "#b45309" };
export const QUIET = {
  animation: false,
  textStyle: { fontFamily: "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif" },
};
// Rich text: the page's policy lets no style into markup.
export const TIP = { renderMode: "richText", confine: true };

const resized = new ResizeObserver((entries) => {
  entries.forEach((entry) => window.echarts.getInstanceByDom(entry.target)?.resize());
});

function draw(root, kinds) {
  root.querySelectorAll("[data-chart]").forEach((place) => {
    const said = document.getElementById(place.dataset.chart);
    if (!said || window.echarts.getInstanceByDom(place)) return;
    const data = JSON.parse(said.textContent);
    window.echarts.init(place).setOption(kinds[data.kind](data));
    place.dataset.drawn = data.kind;
    resized.observe(place);
  });
}

// Draws what is on the page and what comes later; a month's field leads to that month at once.
export function present(kinds) {
  draw(document, kinds);
  document.body.addEventListener("htmx:afterSettle", (event) => draw(event.target, kinds));
  document.querySelectorAll("select[data-submit]").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
  });
}
