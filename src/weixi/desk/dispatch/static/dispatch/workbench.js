// Keys of the workbench, copying a code, dialling, and the next card fetched ahead.

const bench = () => document.getElementById("bench");
const ahead = { address: "", text: null };

function typing(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function press(selector) {
  const button = document.querySelector(selector);
  if (!button || button.disabled) return false;
  button.click();
  return true;
}

function go(address) {
  if (!address) return;
  if (ahead.address === address && ahead.text) {
    window.htmx.swap("#bench", ahead.text, { swapStyle: "outerHTML" });
    ahead.text = null;
    window.scrollTo(0, 0);
    look();
    return;
  }
  window.htmx.ajax("GET", address, { target: "#bench", swap: "outerHTML show:window:top" });
}

async function look() {
  const address = bench()?.dataset.next ?? "";
  if (!address || ahead.address === address && ahead.text) return;
  ahead.address = address;
  ahead.text = null;
  const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (answer.ok && ahead.address === address) ahead.text = await answer.text();
}

async function copy(button) {
  const code = button.dataset.copy;
  const word = button.querySelector("[data-copy-word]");
  try {
    await navigator.clipboard.writeText(code);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(button.querySelector("code"));
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    document.execCommand("copy");
  }
  if (word) word.textContent = button.dataset.copied;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (button) copy(button);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const keys = document.getElementById("keys");
  if (event.key === "?") {
    if (keys.open) keys.close();
    else keys.showModal();
    return;
  }
  if (keys?.open) return;
  const key = event.key.toLowerCase();
  let done = false;
  if (/^[1-9]$/.test(key)) done = press(`[data-key="${key}"]`);
  else if (key === "c") done = press("[data-dial]") || press("[data-call]");
  else if (key === "j" || key === "k") {
    go(key === "j" ? bench()?.dataset.next : bench()?.dataset.previous);
    done = true;
  }
  if (done) event.preventDefault();
});

document.addEventListener("htmx:afterSwap", () => {
  const link = document.querySelector("[data-dial]:not([data-dialled])");
  if (!link) return;
  link.dataset.dialled = "";
  // A telephone dials at once; elsewhere the link is there to be followed, and asks which program may.
  if (window.matchMedia("(pointer: coarse)").matches) link.click();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  // An outcome changes the queue: what was fetched ahead is old then.
  if (event.detail.requestConfig.verb === "post") ahead.text = null;
});
document.addEventListener("htmx:afterSettle", look);
look();
