// Asks the browser for a passkey and sends what it answers. The page says what to ask for.
"use strict";
(() => {
  const form = document.getElementById("passkey-form");
  const failed = document.getElementById("passkey-failed");

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (asked) => {
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = named(asked.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: asked });
    const answer = made.response;
    return {
      id: made.id, rawId: text(made.rawId), type: made.type,
      extensions: JSON.stringify(made.getClientExtensionResults()),
      transports: answer.getTransports ? answer.getTransports() : [],
      response: {
        attestationObject: text(answer.attestationObject),
        clientDataJSON: text(answer.clientDataJSON),
        transports: answer.getTransports ? answer.getTransports() : [],
      },
    };
  };

  const get = async (asked) => {
    asked.challenge = bytes(asked.challenge);
    asked.allowCredentials = named(asked.allowCredentials);
    const found = await navigator.credentials.get({ publicKey: asked });
    const answer = found.response;
    return {
      id: found.id, rawId: text(found.rawId), type: found.type,
      response: {
        authenticatorData: text(answer.authenticatorData),
        clientDataJSON: text(answer.clientDataJSON),
        signature: text(answer.signature),
        userHandle: answer.userHandle ? text(answer.userHandle) : null,
      },
    };
  };

  const ask = async () => {
    failed.hidden = true;
    try {
      const asked = JSON.parse(form.dataset.options);
      const answer = await (form.dataset.kind === "create" ? create(asked) : get(asked));
      document.getElementById("credential").value = JSON.stringify(answer);
      form.submit();
    } catch (problem) {
      failed.hidden = false;
    }
  };

  document.getElementById("passkey-again").addEventListener("click", ask);
  ask();
})();
