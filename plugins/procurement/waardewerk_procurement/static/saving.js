// Answers save themselves only where htmx runs: only there the page says so.
if (window.htmx) {
  for (const told of document.querySelectorAll("[data-saves-itself]")) told.textContent = told.dataset.savesItself;
}
