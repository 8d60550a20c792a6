// A short list in a form: rows are added, taken out, and counted anew, all by keyboard too.
import { say } from "./desk.js";

const NUMBERED = ["id", "name", "for", "aria-describedby"];

function renumber(list) {
  const rows = [...list.querySelectorAll("tbody tr")];
  rows.forEach((row, number) => {
    const called = list.dataset.row.replace("{}", number + 1);
    for (const part of row.querySelectorAll("*")) {
      for (const name of NUMBERED) {
        const said = part.getAttribute(name);
        if (said) part.setAttribute(name, said.replace(/(form\.\w+\.)\d+/g, `$1${number}`));
      }
    }
    const place = row.querySelector("[data-row-no]");
    place.textContent = number + 1;
    place.setAttribute("aria-label", called);
    for (const label of row.querySelectorAll("label")) label.textContent = `${called} ${label.dataset.title}`;
    const out = row.querySelector("[data-row-out]");
    out.setAttribute("aria-label", `${list.dataset.out} ${called}`);
  });
  list.querySelector("[data-row-more]").disabled = rows.length >= Number(list.dataset.most);
}

/* A mark belongs to the number a row had: the check that follows marks anew. */
function blank(row) {
  row.querySelectorAll(".err[data-made]").forEach((made) => made.remove());
  row.querySelectorAll(".bad").forEach((holder) => holder.classList.remove("bad"));
  for (const field of row.querySelectorAll("[name]")) field.value = "";
  for (const field of row.querySelectorAll("[data-marked]")) {
    field.removeAttribute("aria-invalid");
    delete field.dataset.marked;
  }
}

function changed(list, text) {
  renumber(list);
  list.dispatchEvent(new Event("input", { bubbles: true }));
  say(text);
}

for (const list of document.querySelectorAll("[data-rows]")) {
  list.querySelector("[data-row-more]").addEventListener("click", () => {
    const row = list.querySelector("tbody tr:last-child").cloneNode(true);
    blank(row);
    list.querySelector("tbody").append(row);
    changed(list, list.dataset.added);
    row.querySelector("[name]").focus();
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row-out]")?.closest("tr");
    if (!row) return;
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    if (beside) row.remove();
    else blank(row);
    changed(list, list.dataset.removed);
    (beside ?? row).querySelector("[name]").focus();
  });
  renumber(list);
}
