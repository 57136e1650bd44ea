// The parts of an event's page about its request: headers and bodies, attempts, other events of the request.

import { bdi, copyButton, el, table, verdictMark, visible } from "./dom.js";
import { moment, number } from "./format.js";

const SHOWN_BODY = 20_000;

/** Return the elements that show a request as it was sent, and its payload before and after decoding. */
export function requestPart(request) {
  const headers = Object.entries(request.headers).map(([name, value]) => [bdi(name, 120), bdi(value, 600)]);
  return [
    ...block("Address", `${request.method} ${request.url}`),
    el("h3", {}, "Headers"), table("Headers", ["Name", "Value"], headers),
    ...(request.jzb ? block("jzb as sent", request.jzb.text, request.jzb.size) : []),
    ...(request.decoded ? block(request.jzb ? "jzb decoded" : "Payload decoded", indented(request.decoded), request.decoded.size) : []),
    ...(request.body ? block("Body", request.body) : []),
    ...(request.body_base64 ? block("Body in base64", request.body_base64) : []),
  ];
}

/** Return a complete JSON text with line breaks; a cut one as it is. */
function indented({ text, size }) {
  if (text.length < size) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function block(title, text, size = text.length) {
  const isCut = size > text.length || text.length > SHOWN_BODY;
  return [
    el("h3", {}, title, " ", copyButton(text, "copy", `Copy: ${title}`), isCut ? el("span", { class: "dim" }, ` ${number(size)} characters`) : ""),
    el("pre", { tabindex: 0, "aria-label": title }, visible(text, SHOWN_BODY)),
  ];
}

/** Return the table of the attempts to send one request. */
export function attempts(event, retries, go) {
  const rows = retries.map((attempt) => [
    attempt.request === event.request ? "this one" : eventLink(`${attempt.request}${event.index === null ? "" : `.${event.index}`}`, `request ${attempt.request}`, go),
    moment(attempt.time), attempt.status ? String(attempt.status) : "no answer", visible(attempt.fault, 120),
    attempt.accepted ? "accepted" : "not accepted",
  ]);
  return table("Attempts", ["Request", "Time", "Answer", "Fault", "Result"], rows);
}

/** Return the list of the other events of a request. */
export function siblings(others, go) {
  return el("ul", { class: "siblings" }, others.map((other) => el("li", {},
    eventLink(other.id, `${visible(other.type, 60)} ${visible(other.name ?? "", 120)}`, go), verdictMark(other.verdict))));
}

function eventLink(id, text, go) {
  const parameters = { ...Object.fromEntries(new URLSearchParams(location.search)), id };
  const link = el("a", { href: `?${new URLSearchParams(parameters)}` }, text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(id);
  });
  return link;
}
