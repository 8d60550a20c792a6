// A scan goes up at once; whoever refers to it names its digest.
// Where a page isn't served over TLS, a browser has no crypto.randomUUID.
export const once = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/* The digest of a stored file, or the problem that the server answered (empty where it can't be reached). */
export async function store(file) {
  const body = new FormData();
  body.append("file", file, file.name ?? "signature.png");
  const headers = { "Idempotency-Key": once() };
  const answer = await fetch("/api/files", { method: "POST", body, headers }).catch(() => null);
  if (answer?.ok) return { digest: (await answer.json()).file };
  return { problem: answer ? await answer.json().catch(() => ({})) : {} };
}

/* Why a file was refused, in the page's own words; they stand on an element as data-file-type and the like. */
export function why(problem, words) {
  const name = (problem.rule ?? "").replace(/[._](\w)/g, (_, letter) => letter.toUpperCase());
  return words[name] || problem.detail || words.unkept || "";
}
