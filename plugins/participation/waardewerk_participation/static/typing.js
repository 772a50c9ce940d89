// Typing booklets over: the number of a box chooses it and goes on to the next row.
// Without it Tab and the arrows do the same.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-typed]");
    if (!row || event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
    const chosen = row.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!chosen) return;
    event.preventDefault();
    chosen.checked = true;
    chosen.focus();
    const rows = [...document.querySelectorAll("[data-typed]")];
    rows[rows.indexOf(row) + 1]?.querySelector("input:checked")?.focus();
  });
})();
