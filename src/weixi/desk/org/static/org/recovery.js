// The recovery codes on paper or in a file; without this script they are copied by hand.
const codes = document.querySelector("[data-recovery-codes]");
const print = document.querySelector("[data-print]");
const save = document.querySelector("[data-save]");

print.hidden = false;
print.addEventListener("click", () => window.print());

save.hidden = false;
save.addEventListener("click", () => {
  const lines = [codes.querySelector("p").textContent, ...[...codes.querySelectorAll("li")].map((li) => li.textContent)];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\r\n") + "\r\n"], { type: "text/plain;charset=utf-8" }));
  link.download = save.dataset.save;
  link.click();
  URL.revokeObjectURL(link.href);
});
