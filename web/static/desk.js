// The desk's behaviour on every page: waiting, never twice, alerts, dialogs, and keys.
// A page's own script imports what it needs: import { onKey, say } from "./desk.js";

const WAIT_MS = 300;
// The other tab's own request ends the session first.
const LEFT_MS = 500;
const SINGLE_KEYS = "tongban.single-keys";
const words = document.body.dataset;

/* Waiting: shown after 300 ms, whoever waits; the button that sent is locked at once. */
let pending = 0;
let timer = 0;

function began() {
  pending += 1;
  timer ||= setTimeout(() => {
    document.getElementById("waiting").innerHTML = "<span></span>";
    document.querySelector("#waiting span").textContent = words.waiting;
  }, WAIT_MS);
}

function ended() {
  pending = Math.max(0, pending - 1);
  if (pending) return;
  clearTimeout(timer);
  timer = 0;
  document.getElementById("waiting").replaceChildren();
}

function lock(form, submitter) {
  form.dataset.busy = "";
  (submitter ?? form.querySelector("button:not([type=button])"))?.setAttribute("aria-busy", "true");
}

function unlock(form) {
  delete form.dataset.busy;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

// A form without htmx: the page goes away, so it stays locked until it is shown again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
  lock(form, event.submitter);
  began();
}, true);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-busy]").forEach(unlock);
  pending = 0;
  ended();
});

// Signing out in one tab takes what the others show along: they are led to the sign-in page.
const desks = new BroadcastChannel("tongban.desk");
document.querySelector("form[action='/sign-out']")?.addEventListener("submit", () => desks.postMessage("left"));
if (document.querySelector("form[action='/sign-out']")) {
  desks.addEventListener("message", () => {
    document.body.replaceChildren();
    setTimeout(() => location.replace("/sign-in"), LEFT_MS);
  });
}

// With htmx: every request carries the page's token.
addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("meta[name=csrf]")?.content;
  if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
});
addEventListener("htmx:before:request", (event) => {
  const { request } = event.detail.ctx;
  event.detail.ctx.counted = true;
  if (request.form && request.method !== "GET") lock(request.form, request.submitter);
  began();
});
addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  // On the way to another page the form stays locked.
  if (!ctx.counted || ctx.keepIndicators) return;
  if (ctx.request.form) unlock(ctx.request.form);
  ended();
});

// No answer: nothing is certain, nothing is lost, and the same form's key makes it count once.
addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx) return;
  alertWith("note bad-n", `${words.cut} ${event.detail.ctx.request.method === "GET" ? "" : words.cutNext}`);
});

export function alertWith(kind, text) {
  const note = document.createElement("div");
  note.className = kind;
  note.role = "alert";
  note.tabIndex = -1;
  note.dataset.refused = "";
  note.append(Object.assign(document.createElement("div"), { textContent: text }));
  document.getElementById("alerts").replaceChildren(note);
  note.focus();
}

/* Say something to a screen reader without moving anything. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

/* A refusal arrived: mark its fields, each with its own message, and go to the summary. */
addEventListener("htmx:after:swap", () => {
  const alert = document.querySelector("#alerts [data-refused]:not([data-shown])");
  if (!alert) return;
  alert.dataset.shown = "";
  document.querySelectorAll(".err[data-made]").forEach((made) => made.remove());
  document.querySelectorAll("[data-marked]").forEach((field) => {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("data-marked");
    field.closest(".field")?.classList.remove("bad");
  });
  for (const link of alert.querySelectorAll("[data-field]")) {
    mark(link.dataset.field, link.textContent);
    // In the summary each message says which field it is about.
    const label = document.querySelector(`label[for="f-${CSS.escape(link.dataset.field)}"]`);
    if (label) link.prepend(`${label.firstChild.textContent.trim()} · `);
  }
  alert.focus();
  alert.scrollIntoView({ block: "nearest" });
});

export function mark(name, message) {
  const field = document.getElementById(`f-${name}`);
  if (!field) return;
  field.setAttribute("aria-invalid", "true");
  field.dataset.marked = "";
  const holder = field.closest(".field");
  if (!holder) return;
  holder.classList.add("bad");
  const said = Object.assign(document.createElement("div"), { className: "err", id: `e-${name}`, textContent: `✕ ${message}` });
  said.dataset.made = "";
  document.getElementById(said.id)?.remove();
  holder.append(said);
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  field.setAttribute("aria-describedby", [...described.add(said.id)].join(" "));
}

/* Dialogs, links to fields, verbs that can't be used. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) open(opener.dataset.dialog);
  const link = event.target.closest("a[data-field]");
  const field = link && document.getElementById(`f-${link.dataset.field}`);
  if (field) {
    event.preventDefault();
    field.focus();
  }
  const verb = event.target.closest("[aria-disabled=true]");
  if (verb) {
    event.preventDefault();
    event.stopPropagation();
    say(document.getElementById(verb.getAttribute("aria-describedby"))?.textContent ?? "");
  }
}, true);

function open(id) {
  if (id === "help") listKeys();
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

/* Keys. data-key="j" data-key-text="Next" on a button or link: the key clicks it (data-key-focus: focuses
   it). Letters alone act only outside of fields, and can be switched off; nothing acts while an input
   method composes. Names: "F9", "Ctrl+Enter", "Alt+1", "Escape", "j". */
const listeners = new Map();

export function onKey(name, text, act) {
  listeners.set(name, { text, act });
}

function named(event) {
  const held = (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "");
  return held + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

export function singleKeys() {
  return localStorage.getItem(SINGLE_KEYS) !== "off";
}

const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.metaKey || event.defaultPrevented) return;
  const name = named(event);
  if (name.length === 1 && (!singleKeys() || event.target.closest?.(TYPED))) return;
  if (document.querySelector("dialog[open]")) return;
  if (name === "?") {
    event.preventDefault();
    open("help");
    return;
  }
  const listener = listeners.get(name);
  if (listener) {
    event.preventDefault();
    listener.act(event);
    return;
  }
  const bearer = [...document.querySelectorAll("[data-key]")].find((found) => found.dataset.key.toLowerCase() === name.toLowerCase() && found.checkVisibility());
  if (!bearer) return;
  event.preventDefault();
  bearer.focus();
  if (!("keyFocus" in bearer.dataset)) bearer.click();
});

function listKeys() {
  const list = document.querySelector("[data-key-list]");
  list.querySelectorAll("[data-made]").forEach((made) => made.remove());
  const shown = [...document.querySelectorAll("[data-key]")].map((found) => [found.dataset.key, found.dataset.keyText ?? found.textContent.trim()]);
  for (const [name, text] of [...shown, ...[...listeners].map(([name, { text }]) => [name, text])]) {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: name.length === 1 ? name.toUpperCase() : name }));
    const meaning = Object.assign(document.createElement("dd"), { textContent: text });
    term.dataset.made = meaning.dataset.made = "";
    list.append(term, meaning);
  }
}

for (const box of document.querySelectorAll("[data-single-keys]")) {
  box.checked = singleKeys();
  box.addEventListener("change", () => localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off"));
}

// An opened group of places closes by Escape, and when one goes elsewhere; without a script by its own button.
const groups = [...document.querySelectorAll(".topnav details")];
for (const group of groups) {
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !group.open) return;
    event.stopPropagation();
    group.open = false;
    group.querySelector("summary").focus();
  });
  group.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !group.contains(event.relatedTarget)) group.open = false;
  });
}
document.addEventListener("pointerdown", (event) => {
  for (const group of groups) if (!group.contains(event.target)) group.open = false;
});

document.documentElement.dataset.ready = "";
