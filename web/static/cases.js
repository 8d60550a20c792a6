import { onKey } from "./desk.js";

// The list of cases by J and K; Enter opens, as on every link.
const list = document.querySelector("[data-list]");
const links = [...list.querySelectorAll("[data-open]")];

function move(by) {
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
}

onKey("j", list.dataset.next, () => move(1));
onKey("k", list.dataset.before, () => move(-1));
