// Chooses every row of the page at once, and says on the button how many are chosen.
const form = document.querySelector("[data-dispatch]");
const rows = [...form.querySelectorAll("input[name=row]")];
const all = form.querySelector("[data-all]");
const told = form.querySelector("[data-chosen]");

function tell() {
  const chosen = rows.filter((row) => row.checked).length;
  told.textContent = chosen ? `(${chosen})` : "";
  all.checked = chosen === rows.length;
  all.indeterminate = chosen > 0 && chosen < rows.length;
}

all.addEventListener("change", () => {
  for (const row of rows) row.checked = all.checked;
  tell();
});
form.addEventListener("change", tell);
tell();
