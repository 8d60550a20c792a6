import { onKey, say } from "./desk.js";

// The queue under one's fingers: rows by J and K, choosing, and rows that renew themselves in place.
const REFRESH_MS = 12_000;
// Nobody there: asking on would keep an abandoned session alive for ever.
const ABSENT_MS = 10 * 60_000;
const KEPT = "tongban.queue-row";

const panel = document.querySelector("[data-queue]");
const rows = document.getElementById("rows");
const told = document.querySelector("[data-refreshed]");
const toldAt = document.querySelector("[data-refreshed-at]");
const words = panel.dataset;
let current = sessionStorage.getItem(KEPT);
let lastInput = performance.now();

const all = () => [...rows.querySelectorAll("tr[data-task]")];
const row = (task) => all().find((found) => found.dataset.task === task);
const box = (tr) => tr.querySelector("input[type=checkbox]");

function mark() {
  for (const tr of all()) tr.toggleAttribute("data-current", tr.dataset.task === current);
}

function move(by) {
  const list = all();
  if (!list.length) return;
  const at = list.findIndex((tr) => tr.dataset.task === current);
  const next = list[at < 0 ? 0 : Math.min(list.length - 1, Math.max(0, at + by))];
  current = next.dataset.task;
  sessionStorage.setItem(KEPT, current);
  mark();
  next.querySelector("[data-open]").focus();
  next.scrollIntoView({ block: "nearest" });
}

function counted() {
  const chosen = all().filter((tr) => box(tr).checked);
  all().forEach((tr) => tr.classList.toggle("chosen-row", box(tr).checked));
  document.querySelector("[data-chosen-count]").textContent = chosen.length;
  document.getElementById("claim").classList.toggle("none", !chosen.length);
}

onKey("j", words.nextRow, () => move(1));
onKey("k", words.rowBefore, () => move(-1));
onKey("x", words.choose, () => {
  const tr = row(current);
  if (!tr) return;
  box(tr).checked = !box(tr).checked;
  counted();
});
onKey("c", words.claimRow, (event) => {
  if (event.shiftKey) document.querySelector("[data-bulk]").click();
  else row(current)?.querySelector("[data-claim]")?.click();
});
// Enter on a link or button is theirs; anywhere else it opens the row one is on, or the first.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || ![document.body, document.getElementById("main")].includes(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  (row(current) ?? all()[0])?.querySelector("[data-open]").click();
});

rows.addEventListener("change", counted);
rows.addEventListener("focusin", (event) => {
  const tr = event.target.closest("tr[data-task]");
  if (!tr) return;
  current = tr.dataset.task;
  sessionStorage.setItem(KEPT, current);
  mark();
});
document.querySelector("[data-choose-all]").addEventListener("change", (event) => {
  for (const tr of all()) box(tr).checked = event.target.checked && !("held" in box(tr).dataset);
  counted();
});
document.getElementById("claim").addEventListener("reset", () => {
  document.querySelector("[data-choose-all]").checked = false;
  setTimeout(counted);
});

for (const name of ["keydown", "pointerdown", "pointermove"]) {
  addEventListener(name, () => { lastInput = performance.now(); }, { passive: true });
}

/* Renewed rows keep what is chosen, the row one is on, and the focus within it. */
function renew(html) {
  const chosen = new Set(all().filter((tr) => box(tr).checked).map((tr) => tr.dataset.task));
  const before = new Set(all().map((tr) => tr.dataset.task));
  const focused = document.activeElement?.closest?.("#rows tr[data-task]");
  const place = focused && [...focused.querySelectorAll("a, button, input")].indexOf(document.activeElement);
  rows.innerHTML = html;
  const standing = rows.querySelector("[data-standing]");
  document.getElementById("standing").replaceChildren(standing.content);
  standing.remove();
  const counts = rows.querySelector("[data-counts]");
  for (const fresh of counts.content.querySelectorAll("[data-count]")) {
    document.querySelector(`.queues [data-count="${fresh.dataset.count}"]`)?.replaceChildren(...fresh.childNodes);
  }
  counts.remove();
  for (const tr of all()) box(tr).checked = chosen.has(tr.dataset.task);
  mark();
  counted();
  if (focused) {
    const again = row(focused.dataset.task);
    const inside = again ? [...again.querySelectorAll("a, button, input")] : [];
    (inside[place] ?? inside[0] ?? document.getElementById("main")).focus({ preventScroll: true });
  }
  const { first } = standing.dataset;
  const next = document.querySelector("[data-next]");
  next.hidden = !first;
  if (first) next.setAttribute("href", first);
  const fresh = all().filter((tr) => !before.has(tr.dataset.task)).length;
  if (fresh) say(`${words.fresh} ${fresh}`);
}

async function refresh() {
  if (document.hidden || document.querySelector("form[data-busy]")) return;
  if (performance.now() - lastInput > ABSENT_MS) {
    told.textContent = told.dataset.paused;
    return;
  }
  try {
    const answer = await fetch(words.rows, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (!answer.ok) throw new TypeError("refused");
    renew(await answer.text());
    told.textContent = told.dataset.text;
    toldAt.textContent = answer.headers.get("x-shown-at") ?? toldAt.textContent;
  } catch {
    told.textContent = told.dataset.failed;
  }
}

setInterval(refresh, REFRESH_MS);
document.addEventListener("queue:refresh", refresh);
mark();
counted();
