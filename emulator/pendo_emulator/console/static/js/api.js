// Requests to the control API of this server.

const { control, console: consolePath } = document.body.dataset;

/** An answer of the control API that is not a success; `problem` is its document. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.title ?? `the emulator answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Return the path of a key's resource, with query parameters that have a value. */
export function keyPath(key, path, parameters = {}) {
  return `${control}/keys/${encodeURIComponent(key)}${path}${query(parameters)}`;
}

/** Return `?name=value…` for the parameters that have a value, or an empty text. */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value !== undefined && value !== null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Keep whole numbers that a double cannot hold. */
function keepDigits(_, value, { source } = {}) {
  const isInexact = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? "");
  return isInexact ? BigInt(source) : value;
}

/** Read a JSON document; throw ApiError for an answer that is not a success. `exact` keeps the digits of numbers. */
export async function read(path, options = {}) {
  const answer = await fetch(path.startsWith("/") ? path : `${control}/${path}`, options);
  if (answer.status === 401) {
    location.assign(`${consolePath}/login${query({ next: location.pathname + location.search })}`);
  }
  const text = await answer.text();
  let document = {};
  try { document = options.exact ? JSON.parse(text, keepDigits) : JSON.parse(text); } catch { document = { title: text.slice(0, 200) }; }
  if (!answer.ok) throw new ApiError(answer.status, document);
  return document;
}

/** Change something: the header proves to the server that its own page sends the request. */
export function change(method, path, body, options = {}) {
  const headers = { "x-emulator-console": "1", ...(body === undefined ? {} : { "content-type": "application/json" }) };
  return read(path, { method, headers: { ...headers, ...options.headers }, body, keepalive: options.keepalive });
}
