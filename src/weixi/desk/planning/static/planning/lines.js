// A fault names its line: pressing it puts the cursor there.
const text = document.getElementById("text");

document.addEventListener("click", (event) => {
  const line = Number(event.target.dataset?.goto);
  if (!line || !text) return;
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  text.scrollTop = ((line - 5) / lines.length) * text.scrollHeight;
});
