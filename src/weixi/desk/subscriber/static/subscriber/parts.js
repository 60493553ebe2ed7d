// A part of the page that could not be read says so, and can be asked for again.

function failed(event) {
  const part = event.target;
  if (!(part instanceof HTMLElement) || !("part" in part.dataset)) return;
  const said = document.createElement("p");
  said.className = "notice-error";
  said.setAttribute("role", "alert");
  said.textContent = part.dataset.failed + " ";
  const again = document.createElement("button");
  again.type = "button";
  again.className = "link font-medium";
  again.textContent = part.dataset.again;
  again.addEventListener("click", () => window.htmx.trigger(part, "again"));
  said.append(again);
  part.replaceChildren(said);
}

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(name, failed);
}
