// What plain HTML and htmx cannot say: whether an answer was saved, and how long a talk has lasted.
// Without it every form still has its own button, and the planned minutes simply stand there.
(() => {
  "use strict";
  const RETRY_AFTER = 15000;
  const on = (name, act) => document.addEventListener(name, act);

  // SAVING. An element with data-autosave is typing, sending, saved, failed or in conflict.
  const answerOf = (element) => element?.closest?.("[data-autosave]");

  function setState(answer, state) {
    answer.dataset.state = state;
    answer.querySelector("[data-save-failed]").hidden = state !== "failed";
  }

  function retry(answer) {
    if (answer.isConnected && answer.dataset.state === "failed") answer.dispatchEvent(new Event("retry"));
  }

  on("input", ({ target }) => {
    const answer = answerOf(target);
    if (answer) answer.dataset.state = "typing";
    else if (target.matches("textarea")) target.form?.setAttribute("data-state", "typing");
  });

  on("htmx:beforeRequest", ({ target }) => {
    const answer = answerOf(target);
    // What is typed from here on is newer than what is being sent.
    if (answer) answer.dataset.state = "sending";
  });

  on("htmx:afterRequest", ({ target, detail }) => {
    const answer = answerOf(target);
    if (!answer) return showWhetherReached(detail);
    const status = detail.xhr?.status ?? 0;
    if (status === 409 || status === 422) setState(answer, "conflict");
    else if (!detail.successful) {
      setState(answer, "failed");
      setTimeout(retry, RETRY_AFTER, answer);
    } else if (answer.dataset.state === "sending") setState(answer, "saved");
    else answer.querySelector("[data-save-failed]").hidden = true;
  });

  // Anything else: the page itself says so.
  function showWhetherReached({ successful, xhr }) {
    const notice = document.querySelector("[data-request-failed]");
    if (notice) notice.hidden = successful || [409, 422].includes(xhr?.status);
  }

  on("click", ({ target }) => {
    if (target.closest("[data-retry]")) retry(answerOf(target));
  });

  window.addEventListener("online", () => document.querySelectorAll('[data-state="failed"]').forEach(retry));

  // NOTHING TYPED IS LOST. Leaving with unsaved text asks first; sending that text does not.
  on("submit", ({ target }) => {
    [target, ...target.querySelectorAll("[data-state]")].forEach((element) => element.removeAttribute("data-state"));
  });

  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector('[data-state="typing"], [data-state="sending"], [data-state="failed"]')) event.preventDefault();
  });

  // ERRORS. After a swap the reader goes to what is wrong in the new part.
  on("htmx:afterSettle", () => document.querySelector("[data-new-errors]")?.focus());
  on("focusin", ({ target }) => target.removeAttribute("data-new-errors"));

  // THE CLOCK of a conversation.
  function runClock(timer) {
    const clock = timer.querySelector("[data-timer-clock]");
    const button = timer.querySelector("[data-timer-button]");
    let left = Number(timer.dataset.timer);
    delete timer.dataset.timer;
    let until = 0;
    let ticking = 0;

    function show() {
      if (until) left = Math.max(0, Math.round((until - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left === 0) {
        timer.querySelector("[data-timer-done]").hidden = false;
        pause();
      }
    }
    function pause() {
      clearInterval(ticking);
      until = 0;
      button.setAttribute("aria-pressed", "false");
    }
    function start() {
      until = Date.now() + left * 1000;
      ticking = setInterval(show, 500);
      button.setAttribute("aria-pressed", "true");
    }
    button.addEventListener("click", () => (until ? pause() : start()));
    clock.hidden = button.hidden = false;
    show();
  }

  const runClocks = (root) => root.querySelectorAll?.("[data-timer]").forEach(runClock);
  runClocks(document);
  on("htmx:afterSwap", ({ target }) => runClocks(target));
})();
