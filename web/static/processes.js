/* Draws a page's diagrams; the words below them say the same where this can't be. */
async function source(place) {
  if (place.dataset.xml) return place.dataset.xml;
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

/* A counter-example, and where it breaks the rule; or what differs between two versions. */
function mark(viewer, place) {
  const elements = viewer.get("elementRegistry");
  for (const id of (place.dataset.marks ?? "").split(" ")) {
    if (elements.get(id)) viewer.get("canvas").addMarker(id, place.dataset.kind ?? "around");
  }
  const wrong = place.dataset.wrong;
  if (!wrong || !elements.get(wrong)) return;
  const html = Object.assign(document.createElement("div"), { className: "wrong-mark", textContent: place.dataset.said });
  viewer.get("overlays").add(wrong, { position: { bottom: 0, left: 0 }, html });
}

async function draw(place) {
  const viewer = new window.BpmnJS({ container: place });
  await viewer.importXML(await source(place));
  mark(viewer, place);
  viewer.get("canvas").zoom("fit-viewport", "auto");
  place.dataset.drawn = "";
}

function give(place) {
  place.replaceChildren(place.dataset.failed);
  place.classList.add("broken");
}

for (const place of document.querySelectorAll(".diagram")) draw(place).catch(() => give(place));
