// The console's only script: it asks the browser's passkey functions what the server wants signed.
"use strict";

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";

async function send(path, body) {
  const headers = { "Content-Type": "application/json", "Shield-CSRF": csrf };
  const request = { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" };
  const answer = await fetch(path, request);
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.detail ?? said.title, said.mend].join(". "));
  return said;
}

function tell(form, text, bad) {
  const place = form.querySelector(".said");
  place.textContent = text;
  place.classList.toggle("bad", Boolean(bad));
}

function sentence(error) {
  if (error.name === "NotAllowedError") return "Nothing was signed: it was cancelled, took too long, or your authenticator could not verify you.";
  if (error.name === "InvalidStateError") return "This authenticator is registered for you already.";
  if (error.name === "SecurityError") return "This browser makes no passkeys for this address.";
  return error.message;
}

async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}

async function assert(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return (await navigator.credentials.get({ publicKey })).toJSON();
}

async function enrol(form) {
  const token = location.hash.slice(1);
  const name = form.elements.name.value.trim();
  const asked = await send("/console/enrol/options", { token });
  if (name) Object.assign(asked.publicKey.user, { name, displayName: name });
  const response = await create(asked.publicKey);
  const body = { token, ceremony: asked.ceremony, response };
  const done = await send("/console/enrol", name ? { ...body, name } : body);
  if (!done.next.includes("#")) return location.replace(done.next);
  history.replaceState(null, "", done.next);
  waiting();
}

async function signIn() {
  const asked = await send("/console/sign-in/options", {});
  const response = await assert(asked.publicKey);
  const done = await send("/console/sign-in", { ceremony: asked.ceremony, response });
  // On any other page the reader had been on their way to it.
  if (location.pathname.startsWith("/console/sign-in")) location.replace(done.next);
  else location.reload();
}

async function elsewhere(form) {
  const token = location.pathname === "/console/enrol" ? location.hash.slice(1) : "";
  const asked = await send("/console/provider", token ? { token } : {});
  location.assign(asked.next);
}

// A form that needs a fresh signature: over its address and fields, or over what the page says.
async function stepUp(form) {
  const data = new FormData(form);
  for (const name of ["csrf", "ceremony", "assertion"]) data.delete(name);
  const fields = Object.fromEntries([...data.keys()].map((name) => [name, data.getAll(name)]));
  const told = form.dataset.decision;
  const decision = told ? JSON.parse(told) : { action: new URL(form.action).pathname, fields };
  const asked = await send("/console/step-up", { decision });
  form.elements.ceremony.value = asked.ceremony;
  form.elements.assertion.value = JSON.stringify(await assert(asked.publicKey));
  form.submit();
}

function waiting() {
  document.querySelector("#enrol").hidden = true;
  document.querySelector("#waiting").hidden = false;
}

const acts = { enrol, signIn, elsewhere, stepUp };

for (const form of document.querySelectorAll("form[data-act]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector("button");
    button.disabled = true;
    tell(form, "Your browser or device asks you now…");
    try {
      await acts[form.dataset.act](form);
      tell(form, "");
    } catch (error) {
      tell(form, sentence(error), true);
      button.disabled = false;
    }
  });
}

if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-act]"))
    tell(form, "This browser can't use passkeys here: it must be recent, and the address begin with https://.", true);
}
if (location.pathname === "/console/enrol" && location.hash === "#waiting") waiting();
