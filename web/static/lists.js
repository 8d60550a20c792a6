// A list of employees as a workbook: sent, its check followed row by row, and what came of it shown.
import { alertWith, say } from "./desk.js";

const work = document.getElementById("work");
const token = () => document.querySelector("meta[name=csrf]").content;

/* The check's own lines, one JSON value each, as they come. */
async function* lines(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += value ?? "";
    const found = rest.split("\n");
    rest = found.pop();
    for (const line of found) yield JSON.parse(line);
    if (done) return;
  }
}

async function sent(file) {
  const body = new FormData(work);
  body.append("list.file", file, file.name);
  const headers = { "X-CSRF-Token": token() };
  return fetch("/desk/lists", { method: "POST", body, headers }).catch(() => null);
}

for (const place of document.querySelectorAll("[data-list]")) {
  const bar = place.querySelector("progress");
  const state = place.querySelector("[data-list-state]");
  const named = place.querySelector("input[type=hidden]");
  const { reading, checking, done, lost } = place.dataset;

  const take = (listId) => {
    if (named.value === listId) return;
    named.value = listId;
    named.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const told = ({ phase, done: count, about }) => {
    // Reading takes about as long as checking.
    const part = Math.min(count / Math.max(about, 1), 1) * 50;
    bar.value = phase === "reading" ? part : 50 + part;
    state.textContent = `${phase === "reading" ? reading : checking} ${count} / ${about}`;
  };

  const refused = (problem) => {
    alertWith("note bad-n", problem?.said ?? problem?.detail ?? lost);
    state.textContent = "";
  };

  const follow = async (answer) => {
    if (!answer?.ok) return refused(await answer?.json().catch(() => null));
    let last = null;
    for await (const line of lines(answer)) {
      if (line.phase) told(line);
      last = line;
    }
    if (!last?.list_id) return refused(last);
    bar.value = 100;
    const part = await fetch(`/desk/lists/${last.list_id}`, { headers: { "HX-Request": "true" } });
    const found = new DOMParser().parseFromString(await part.text(), "text/html");
    place.querySelector("#list-result").replaceWith(found.getElementById("list-result"));
    take(last.wrong ? "" : last.list_id);
    state.textContent = done;
    return say(done);
  };

  place.querySelector("[data-list-file]").addEventListener("change", async (event) => {
    event.stopPropagation();
    const [file] = event.target.files;
    if (!file) return;
    bar.hidden = false;
    bar.value = 0;
    state.textContent = reading;
    await follow(await sent(file));
    bar.hidden = true;
    event.target.value = "";
  });

  place.addEventListener("click", (event) => {
    if (!event.target.closest("[data-list-out]")) return;
    place.querySelector("#list-result").replaceChildren();
    state.textContent = "";
    take("");
  });
}
