// Passkeys: asks the device, and sends what it answered as any other form.
// Without this script, or without passkeys in the browser, what needs them stays hidden.
(() => {
  "use strict";
  const Key = window.PublicKeyCredential;
  if (!Key?.parseCreationOptionsFromJSON || !Key?.parseRequestOptionsFromJSON) return;

  const ask = {
    create: (options) => navigator.credentials.create({ publicKey: Key.parseCreationOptionsFromJSON(options) }),
    get: (options) => navigator.credentials.get({ publicKey: Key.parseRequestOptionsFromJSON(options) }),
  };

  async function askDevice(form) {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const { passkey, options } = form.dataset;
      form.elements.answer.value = JSON.stringify(await ask[passkey](JSON.parse(options)));
      form.submit();
    } catch {
      // Cancelled, too late, or not possible here; the browser does not say which.
      failed.hidden = false;
    }
  }

  document.querySelectorAll("[data-passkey]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      // What is not filled in yet is for the server to say, before a device makes anything.
      if (!form.checkValidity()) return;
      event.preventDefault();
      askDevice(form);
    });
  });
  document.querySelectorAll("[data-needs-passkeys]").forEach((element) => {
    element.hidden = false;
  });
  document.querySelectorAll("[data-without-passkeys]").forEach((element) => {
    element.hidden = true;
  });
})();
