// The teller's form: checked and kept as one types, scans, and the keys of the search.
import { alertWith, mark, say } from "./desk.js";
import { store, why } from "./files.js";
import { showScan } from "./scans.js";

const CHECK_MS = 400;
const KEEP_MS = 2000;
const work = document.getElementById("work");
const begin = document.getElementById("begin");
const words = document.getElementById("words")?.dataset;
const token = () => document.querySelector("meta[name=csrf]").content;

function send(address, form, more = {}) {
  const body = new URLSearchParams(new FormData(form));
  return fetch(address, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": token() }, ...more });
}

function later(milliseconds, act) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
  wait.now = () => {
    clearTimeout(timer);
    return act();
  };
  return wait;
}

/* Parts of the page, as the server says they are now: each takes the place of the one of its id. */
function place(html) {
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const part of found.querySelectorAll("[data-part]")) {
    document.getElementById(part.id)?.replaceWith(part);
  }
}

/* The search: arrows go through the hits, Enter opens the first. */
const search = document.getElementById("q");
document.querySelector("[data-find]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  document.querySelector("#hits .hit")?.click();
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const hits = [...document.querySelectorAll("#hits .hit")];
  const at = hits.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== search) return;
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? search : hits[Math.min(next, hits.length - 1)])?.focus();
});

/* Before a business is chosen: the picture of whoever is typed. */
if (begin) {
  const look = later(CHECK_MS, async () => {
    const answer = await send("/desk/person", begin).catch(() => null);
    if (answer?.ok) place(await answer.text());
  });
  begin.addEventListener("input", look);
  begin.addEventListener("change", look);
  // What a browser put back after "back" is looked up too.
  if (begin.elements["applicant.id_no"].value) look();
}

/* Checked: what is wrong is marked once its field was left, or all of it after an attempt. */
const left = new Set();
let all = words && "wrong" in words;
let asked = 0;

function unmark() {
  document.querySelectorAll(".err[data-made]").forEach((made) => made.remove());
  for (const field of document.querySelectorAll("[data-marked]")) {
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `e-${field.id.slice(2)}`);
    if (described.length) field.setAttribute("aria-describedby", described.join(" "));
    else field.removeAttribute("aria-describedby");
    field.removeAttribute("aria-invalid");
    delete field.dataset.marked;
    field.closest(".field")?.classList.remove("bad");
  }
}

function markLeft() {
  unmark();
  for (const problem of document.querySelectorAll("#standing li")) {
    const { field, blank } = problem.dataset;
    const about = field === "form" ? left.size > 0 : left.has(field) && blank === undefined;
    if (all || about) mark(field, problem.textContent);
  }
}

async function check() {
  const mine = ++asked;
  const answer = await send("/desk/check", work).catch(() => null);
  // Only the answer to the latest question says how the form stands.
  if (!answer?.ok || mine !== asked) return;
  place(await answer.text());
  markLeft();
}

/* Kept by itself: a while after the last change, and when the page is left. */
let changed = false;
let keeping = Promise.resolve();

async function keep(more) {
  if (!changed || "busy" in work.dataset) return;
  changed = false;
  const answer = await send("/desk/drafts", work, more).catch(() => null);
  const saved = document.getElementById("saved");
  if (answer?.ok) {
    const kept = await answer.json();
    if (!work.elements.draft.value) {
      work.elements.draft.value = kept.draft;
      // A reload finds the draft; a correction finds its own.
      if (!work.elements.case_no.value) history.replaceState(null, "", `/desk/drafts/${kept.draft}`);
    }
    saved.textContent = `${words.kept} ${kept.saved_at}`;
    saved.classList.remove("t-seal");
    return;
  }
  changed = true;
  saved.textContent = answer?.status === 401 ? words.ended : words.unkept;
  saved.classList.add("t-seal");
  keepLater();
}

const checkLater = later(CHECK_MS, check);
// One after the other: a second save must know the draft that the first one made.
const keepLater = later(KEEP_MS, () => (keeping = keeping.then(() => keep())));

function touched() {
  changed = true;
  checkLater();
  keepLater();
}

if (work) {
  work.addEventListener("input", touched);
  work.addEventListener("change", (event) => {
    if (event.target.matches("[data-upload]")) return;
    left.add(event.target.name);
    touched();
  });
  addEventListener("pagehide", () => keep({ keepalive: true }));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepLater.now();
  });
  addEventListener("htmx:after:swap", () => {
    if (document.querySelector("#alerts [data-refused]")) all = true;
  });
  if (all) check();
}

/* Scans: the row says what came of it. */
async function upload(row, file) {
  const coming = row.querySelector(".is-coming");
  coming.hidden = false;
  const { digest, problem } = await store(file);
  coming.hidden = true;
  if (!digest) {
    alertWith("note bad-n", `${words.refused} ${file.name}. ${why(problem, words)}`);
    return;
  }
  row.querySelector("input[type=hidden]").value = digest;
  row.querySelector("[data-preview]").href = `/desk/scans/${digest}`;
  row.querySelector("input[type=checkbox]").checked = true;
  row.dataset.scanned = "";
  say(row.querySelector(".is-there").textContent);
  touched();
}

for (const row of document.querySelectorAll("[data-material]")) {
  row.querySelector("[data-upload]").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) upload(row, file);
    event.target.value = "";
  });
  row.addEventListener("dragover", (event) => {
    event.preventDefault();
    row.classList.add("over-me");
  });
  row.addEventListener("dragleave", () => row.classList.remove("over-me"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    row.classList.remove("over-me");
    const [file] = event.dataTransfer.files;
    if (file) upload(row, file);
  });
}

/* A scan is looked at here; what the browser can't draw opens in a window of its own. */
const preview = document.getElementById("preview");
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-preview]");
  if (!link || !preview || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const name = link.closest("tr").querySelector("th").textContent;
  preview.querySelector("[data-own]").href = link.href;
  showScan(preview, link.href, name, () => preview.showModal());
});
