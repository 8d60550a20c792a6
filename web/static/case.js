import { alertWith, say } from "./desk.js";
import { once, store, why } from "./files.js";
import { showScan } from "./scans.js";

// A case being read and signed: what was opened is noted, the diagram is loaded when it is asked for.
const caseNo = document.querySelector("[data-case]").dataset.case;
const SEEN_MS = 600;

/* What lies open before a signer is noted, once each, and shown beside his signature. */
const notes = document.querySelector("[data-note]");
const noted = new Set();

// As the server writes it: 11-02 10:29 by the office's clock.
function shortMoment(text) {
  const format = new Intl.DateTimeFormat("en", { timeZone: "Asia/Shanghai", hourCycle: "h23", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const of = Object.fromEntries(format.formatToParts(new Date(text)).map(({ type, value }) => [type, value]));
  return `${of.month}-${of.day} ${of.hour}:${of.minute}`;
}

async function note(what) {
  const line = notes?.querySelector(`[data-opened="${CSS.escape(what)}"]`);
  if (!line || noted.has(what) || line.classList.contains("good")) return;
  noted.add(what);
  const answer = await fetch(notes.dataset.note, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": once() },
    body: JSON.stringify({ opened: [what] }),
  }).catch(() => null);
  if (!answer?.ok) {
    noted.delete(what);
    return;
  }
  const { opened } = await answer.json();
  const at = opened.find((found) => found.what === what)?.at;
  line.classList.add("good");
  line.querySelector("[data-mark]").textContent = "✓";
  line.querySelector("[data-at]").textContent = at ? shortMoment(at) : "";
}

if (notes) {
  const timers = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio, intersectionRect } of entries) {
      clearTimeout(timers.get(target));
      // A fifth of a part, or a third of the window full of a long one.
      const open = intersectionRatio >= 0.2 || intersectionRect.height >= innerHeight / 3;
      if (open) timers.set(target, setTimeout(() => note(target.dataset.opens), SEEN_MS));
    }
  }, { threshold: [0, 0.02, 0.05, 0.1, 0.2, 0.5] });
  document.querySelectorAll("[data-opens]").forEach((part) => watcher.observe(part));
}

/* A picture is looked at beside the data; what the browser can't draw opens in a window of its own. */
const preview = document.getElementById("preview");
const back = document.querySelector(".case-head [data-key=Escape]");
let looked;

function look(shown) {
  preview.hidden = !shown;
  // Escape first closes the picture, then leaves the page.
  if (shown) delete back.dataset.key;
  else back.dataset.key = "Escape";
  (shown ? preview : looked).focus();
}

preview.querySelector("[data-close]").addEventListener("click", () => look(false));
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-scan]");
  if (!link) return;
  if (link.dataset.scan) note(link.dataset.scan);
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  looked = link;
  const name = link.closest("tr").querySelector("th").textContent;
  preview.querySelector("[data-own]").href = link.href;
  preview.querySelector("[data-shown]").textContent = name;
  showScan(preview, link.href, name, () => look(true));
});

/* The panel keeps its main action in sight: it is as high as the window has room below its top. */
const aside = document.querySelector(".case-cols > aside");

function fit() {
  aside.style.setProperty("--aside-top", `${Math.max(60, Math.round(aside.getBoundingClientRect().top))}px`);
}

for (const name of ["scroll", "resize", "htmx:after:swap"]) addEventListener(name, fit, { passive: true });
fit();

/* Reasons belong to a decision; an agreement needs none. */
const form = document.getElementById("sign");
if (form) {
  const opinion = form.querySelector("#f-opinion");
  const show = () => {
    const decision = form.querySelector("[name=decision]:checked")?.value;
    for (const group of form.querySelectorAll("[data-reasons]")) {
      group.hidden = group.disabled = group.dataset.reasons !== decision;
    }
    const agrees = decision === "approve" || decision === "escalate";
    if (agrees && !opinion.value) opinion.value = opinion.dataset.agree;
    if (decision && !agrees && opinion.value === opinion.dataset.agree) opinion.value = "";
  };
  form.addEventListener("change", show);
  show();
}

/* The diagram, with the way taken: its viewer is fetched only now. */
const canvas = document.getElementById("canvas");
const shower = document.querySelector("[data-diagram]");

function loaded(element) {
  return new Promise((resolve, reject) => {
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}

function mark(viewer, way) {
  const drawing = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const elements = viewer.get("elementRegistry");
  const put = (id, kind, text) => {
    if (!elements.get(id)) return;
    drawing.addMarker(id, kind);
    const html = Object.assign(document.createElement("div"), { className: `way-mark${kind === "waits" ? " is-now" : ""}`, textContent: text });
    overlays.add(id, { position: { bottom: 4, left: 0 }, html });
  };
  for (const id of way.taken) if (elements.get(id)) drawing.addMarker(id, "taken");
  for (const [id, text] of Object.entries(way.done)) put(id, "signed", text);
  if (way.now) put(way.now, "waits", `● ${canvas.dataset.waits}`);
}

async function draw() {
  for (const href of canvas.dataset.styles.split(" ")) {
    await loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
  }
  await loaded(Object.assign(document.createElement("script"), { src: canvas.dataset.viewer }));
  const [xml, way] = await Promise.all([
    fetch(`/cases/${caseNo}/diagram`).then((answer) => answer.text()),
    fetch(`/cases/${caseNo}/way`).then((answer) => answer.json()),
  ]);
  const viewer = new window.BpmnJS({ container: canvas });
  await viewer.importXML(xml);
  viewer.get("canvas").zoom("fit-viewport");
  mark(viewer, way);
  canvas.dataset.drawn = "";
}

shower.addEventListener("click", async () => {
  canvas.hidden = !canvas.hidden;
  shower.setAttribute("aria-expanded", String(!canvas.hidden));
  if (canvas.hidden) return;
  note("diagram");
  document.getElementById("diagram").scrollIntoView({ block: "start", behavior: "instant" });
  if ("begun" in canvas.dataset) return;
  canvas.dataset.begun = "";
  try {
    await draw();
  } catch {
    delete canvas.dataset.begun;
    canvas.hidden = true;
    alertWith("note bad-n", canvas.dataset.failed);
  }
});

/* A scan of the form signed by hand: stored, then added to the case. */
document.querySelector("[data-signed-scan]")?.addEventListener("change", async (event) => {
  const { target } = event;
  const [file] = target.files;
  if (!file) return;
  const { digest, problem: unstored } = await store(file);
  const added = digest && await fetch(`/api/cases/${caseNo}/signed-scans`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": once() },
    body: JSON.stringify({ file: digest }),
  }).catch(() => null);
  target.value = "";
  if (added?.ok) {
    say(file.name);
    location.reload();
    return;
  }
  const problem = digest ? await added?.json().catch(() => null) : unstored;
  alertWith("note bad-n", `${target.dataset.refused} ${why(problem ?? {}, target.dataset)}`);
});

// A refusal is shown above the page: the dialog it came from gives way to it, and keeps what was typed.
addEventListener("htmx:after:swap", () => {
  if (document.querySelector("#alerts [data-refused]")) document.querySelector("dialog[open]")?.close();
});
