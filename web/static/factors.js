// Security keys: the browser asks the one that is plugged in, and its answer goes with the form.
import { alertWith } from "./desk.js";

const form = document.querySelector("[data-security-key]");
const { options, securityKey, failed } = form.dataset;

/* base64url, as the options have it, to what the browser takes, and back. */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function asked() {
  const said = JSON.parse(options);
  const named = (one) => ({ ...one, id: bytes(one.id) });
  said.challenge = bytes(said.challenge);
  if (said.user) said.user.id = bytes(said.user.id);
  said.excludeCredentials = (said.excludeCredentials ?? []).map(named);
  said.allowCredentials = (said.allowCredentials ?? []).map(named);
  return { publicKey: said };
}

function said(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response,
  });
}

async function ask() {
  if (!form.reportValidity()) return;
  try {
    form.elements.answer.value = said(await navigator.credentials[securityKey](asked()));
  } catch {
    alertWith("note bad-n", failed);
    return;
  }
  form.requestSubmit();
}

form.querySelector("[data-ask]").addEventListener("click", ask);
