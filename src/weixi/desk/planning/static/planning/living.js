// One figure may stand in several sentences: they change together, and what was changed is marked and counted.
const form = document.getElementById("living");
const said = form.querySelector("[data-changed-count]");

function show() {
  const changed = new Set();
  for (const field of form.querySelectorAll("[data-figure]")) {
    const differs = field.value.trim() !== field.dataset.was;
    field.toggleAttribute("data-changed", differs);
    if (differs) changed.add(field.dataset.figure);
    const listed = form.querySelector(`[data-index="${CSS.escape(field.dataset.figure)}"]`);
    if (listed) listed.textContent = field.value;
  }
  said.textContent = changed.size ? `${changed.size} ${said.dataset.some}` : said.dataset.none;
}

form.addEventListener("input", (event) => {
  const name = event.target.dataset.figure;
  if (!name) return;
  for (const field of form.querySelectorAll(`[data-figure="${CSS.escape(name)}"]`)) {
    if (field !== event.target) field.value = event.target.value;
  }
  show();
});
show();

// What a trial found is shown from its top, once.
document.body.addEventListener("htmx:afterSwap", () => {
  const found = document.querySelector("#trial [data-trial]");
  if (found && !found.dataset.seen) {
    found.dataset.seen = "yes";
    document.getElementById("trial").scrollIntoView({ block: "start" });
  }
});
