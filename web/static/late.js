// Scans of the paper a case is entered from: each goes up at once, the form then names its digest.
import { alertWith, say } from "./desk.js";
import { store, why } from "./files.js";

const part = document.querySelector("[data-late]");
const listed = part.querySelector("[data-late-images]");

function named(digest, name) {
  const line = document.createElement("li");
  const held = document.createElement("input");
  held.type = "hidden";
  held.name = "late_entry.images";
  held.value = digest;
  const look = document.createElement("a");
  look.href = `/desk/scans/${digest}`;
  look.target = "_blank";
  look.textContent = name;
  line.append(held, look);
  return line;
}

part.querySelector("[data-late-file]").addEventListener("change", async (event) => {
  const files = [...event.target.files];
  event.target.value = "";
  for (const file of files) {
    const { digest, problem } = await store(file);
    if (!digest) {
      alertWith("note bad-n", `${part.dataset.refused} ${why(problem, part.dataset)}`);
      return;
    }
    listed.append(named(digest, file.name));
    say(part.dataset.taken);
  }
});
