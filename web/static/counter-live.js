// Where an accepted case is, as it happens: the client waits at the window.
import { say } from "./desk.js";

let source;

function listen() {
  const { live } = document.getElementById("state")?.dataset ?? {};
  if (!live) return;
  source = new EventSource(live);
  source.addEventListener("step", look);
}

async function look() {
  const { state } = document.getElementById("state").dataset;
  if (!state) return;
  const answer = await fetch(state, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("state");
  const before = document.getElementById("status-title").textContent;
  document.getElementById("state").replaceWith(found);
  const now = document.getElementById("status-title").textContent;
  if (now !== before) say(now);
  if (!found.dataset.live) source.close();
}

listen();
addEventListener("pagehide", () => source?.close());
