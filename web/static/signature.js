// The applicant signs under what the check page shows: drawn here, or scanned. What was drawn counts once taken.
import { alertWith, say } from "./desk.js";
import { store, why } from "./files.js";

const part = document.querySelector("[data-signature]");
const words = part.dataset;
const pad = part.querySelector("canvas");
const pen = pad.getContext("2d");
const kept = part.querySelector("[name='signature.file']");
const look = part.querySelector("[data-look]");
let drawn = false;

/* The canvas has as many points as the screen: a line stays fine on any of them. */
function clear() {
  const scale = devicePixelRatio || 1;
  pad.width = pad.clientWidth * scale;
  pad.height = pad.clientHeight * scale;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, pad.width, pad.height);
  pen.lineWidth = 2.5;
  pen.lineCap = pen.lineJoin = "round";
  drawn = false;
}

function forget() {
  kept.value = "";
  look.hidden = true;
  clear();
}

async function take(file) {
  const { digest, problem } = await store(file);
  if (!digest) {
    alertWith("note bad-n", `${words.refused} ${why(problem, words)}`);
    return;
  }
  kept.value = digest;
  look.href = `/desk/scans/${digest}`;
  look.hidden = false;
  drawn = false;
  say(words.taken);
}

pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  pen.beginPath();
  pen.moveTo(event.offsetX, event.offsetY);
});
pad.addEventListener("pointermove", (event) => {
  if (!pad.hasPointerCapture(event.pointerId)) return;
  pen.lineTo(event.offsetX, event.offsetY);
  pen.stroke();
  drawn = true;
});
part.querySelector("[data-clear]").addEventListener("click", forget);
part.querySelector("[data-take]").addEventListener("click", () => {
  if (!drawn) {
    alertWith("note warn", words.blank);
    return;
  }
  pad.toBlob((picture) => take(picture), "image/png");
});
part.querySelector("[data-scan]").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) take(file);
  event.target.value = "";
});
// Before the form is sent: what the applicant drew must not be lost by a key pressed too soon.
document.addEventListener("submit", (event) => {
  if (!drawn || !event.target.contains(part)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  alertWith("note warn", words.untaken);
}, { capture: true });
clear();
