// A scan beside the data: a picture as one, a PDF in the browser's own viewer, all else in a window of its own.
const PDF = "application/pdf";

async function kind(address) {
  const answer = await fetch(address);
  // Only what it is was asked: the viewer fetches the rest.
  answer.body?.cancel();
  return answer.ok ? answer.headers.get("content-type") : null;
}

/* Show the scan within `place`, which has an img and an iframe, and call `shown`. */
export function showScan(place, address, name, shown) {
  const picture = place.querySelector("img");
  const frame = place.querySelector("iframe");
  const alone = () => open(address, "_blank", "noopener");
  const drawn = (one, other) => {
    one.hidden = false;
    other.hidden = true;
    shown();
  };
  picture.alt = name;
  picture.onload = () => drawn(picture, frame);
  picture.onerror = async () => {
    if (!navigator.pdfViewerEnabled || await kind(address).catch(() => null) !== PDF) return alone();
    frame.title = name;
    frame.src = `${address}#navpanes=0&view=FitH`;
    drawn(frame, picture);
  };
  picture.src = address;
}
