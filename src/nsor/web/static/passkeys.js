/* Passkeys (WebAuthn): asks the browser for one, or to use one, and sends what it says with the form.

   A form with data-passkey ("create" or "get") has a hidden field named credential; what to ask for is in the JSON
   block that data-options names. Where the browser has no passkeys, the form stays as it is, without its button. */

const octets = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: octets(one.id) }));

const ASK = {
  create: (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: octets(options.challenge),
        user: { ...options.user, id: octets(options.user.id) },
        excludeCredentials: named(options.excludeCredentials),
      },
    }),
  get: (options) =>
    navigator.credentials.get({
      publicKey: { ...options, challenge: octets(options.challenge), allowCredentials: named(options.allowCredentials) },
    }),
};

function said(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = text(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.querySelector(".passkey-missing")?.remove();
  form.querySelector("[hidden].actions")?.removeAttribute("hidden");
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const failed = form.querySelector(".passkey-failed");
    failed.hidden = true;
    try {
      const asked = JSON.parse(document.getElementById(form.dataset.options).textContent);
      const { publicKey } = asked.creation_options ?? asked.request_options;
      form.elements.credential.value = JSON.stringify(said(await ASK[form.dataset.passkey](publicKey)));
      form.requestSubmit();
    } catch {
      failed.hidden = false;
    }
  });
}
