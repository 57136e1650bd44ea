// One event: its payload with the contract's lines, its request, and what belongs to it.

import { query } from "./api.js";
import { bdi, copyButton, el, table, verdictMark, visible } from "./dom.js";
import { readEvent, readRules } from "./event_source.js";
import { moment, number } from "./format.js";
import { setParameters } from "./header.js";
import { asJson, tree } from "./tree.js";

const { console: consolePath, rules: rulesPath } = document.body.dataset;
const SHOWN_BODY = 20_000;

export class EventDetail {
  /** `closed` is called when the user closes the panel; without it the event fills the page. */
  constructor(area, { closed } = {}) {
    Object.assign(this, { area, closed, wanted: "" });
    if (closed) area.addEventListener("keydown", (event) => { if (event.key === "Escape") closed(); });
  }

  hide() {
    this.wanted = "";
    this.area.hidden = true;
    this.area.replaceChildren();
  }

  async show(key, id) {
    this.wanted = id;
    this.area.hidden = false;
    this.area.setAttribute("aria-busy", "true");
    let content;
    try {
      const event = await readEvent(key, id);
      content = this.content(key, event);
    } catch (error) {
      content = [this.closeButton(), el("p", { class: "error", role: "alert" }, visible(error.message, 500))];
    }
    if (this.wanted !== id) return;
    this.area.replaceChildren(...content.filter(Boolean));
    this.area.removeAttribute("aria-busy");
    this.area.scrollTop = 0;
    this.addRules(key, id);
    if (this.closed && matchMedia("(max-width: 900px)").matches) this.area.querySelector("button").focus();
  }

  async addRules(key, id) {
    const found = await readRules(key, id).catch(() => []);
    const place = this.area.querySelector("[data-rules]");
    if (this.wanted === id && place && found.length) place.append(part("What the rules say", found.map(rule), true));
  }

  closeButton() {
    return this.closed ? el("button", { type: "button", onclick: this.closed, "aria-label": "Close the event" }, "Close") : null;
  }

  content(key, event) {
    const own = `${consolePath}/event${query({ key, id: event.id })}`;
    return [
      el("div", { class: "event-head" },
        el("h2", {}, visible(event.type, 60), " ", bdi(event.name ?? "", 200)), verdictMark(event.verdict),
        this.closed ? el("a", { href: own }, "Own page") : null,
        copyButton(() => new URL(own, location.href).href, "Copy link"), this.closeButton()),
      facts(key, event),
      ...event.requestViolations.map(violation),
      el("h3", {}, "Payload"),
      event.hasPayload ? tree(event.payload, notesOf(event.violations)) : el("p", { class: "dim" }, "No payload could be decoded."),
      el("div", { "data-rules": true }),
      event.siblings.length ? part(`Other events of the request (${number(event.siblings.length)})`, [siblings(event, (id) => this.go(key, id))]) : null,
      event.retries?.length ? part(`Attempts (${number(event.retries.length)})`, [attempts(event, (id) => this.go(key, id))], true) : null,
      requestPart(event),
      part("curl command", [el("p", { class: "dim" }, "This sends the request to the emulator again."),
        el("pre", { tabindex: 0, "aria-label": "curl command" }, visible(event.curl, SHOWN_BODY)),
        copyButton(event.curl, "Copy", "Copy the curl command")]),
    ];
  }

  go(key, id) {
    setParameters(this.closed ? { event: id } : { id }, { push: true });
    this.show(key, id);
  }
}

function facts(key, event) {
  const profile = (kind, id) => (id ? el("a", { href: `${consolePath}/${kind}${query({ key, id })}` }, bdi(id, 200)) : null);
  const lines = [
    ["Time", moment(event.time)],
    ["Visitor", profile("visitors", event.visitor)],
    ["Account", profile("accounts", event.account)],
    ["Sent to", `${visible(event.place, 120)}, ${visible(event.endpoint, 120)}`],
    ["Answer", event.status ? String(event.status) : "none"],
    ["Fault", event.fault ? visible(event.fault, 200) : null],
    ["Not accepted", event.rejection ? visible(event.rejection, 200) : null],
    ["Not judged", event.notJudged ? visible(event.notJudged, 300) : null],
    ["Note", event.notes.length ? event.notes.map((note) => el("p", {}, visible(note, 400))) : null],
  ];
  return el("dl", { class: "facts" },
    lines.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function violation(found) {
  return el("div", { class: `violation ${found.severity ?? ""}` },
    el("p", {}, el("strong", {}, visible(found.message, 500))),
    el("p", {}, `Fix: ${visible(found.fix, 500)}`),
    el("span", { class: "contract-lines" }, visible(found.reference, 300)),
    found.line ? el("span", { class: "contract-lines" }, visible(found.line, 300)) : null);
}

/** Return the violations by the pointer of the field that they are about. */
function notesOf(violations) {
  const notes = new Map();
  for (const found of violations) notes.set(found.pointer, [...(notes.get(found.pointer) ?? []), violation(found)]);
  return notes;
}

function rule(found) {
  return el("div", { class: `violation ${found.severity === "error" ? "" : found.severity}` },
    el("p", {}, el("strong", {}, visible(found.message, 500))),
    el("p", {}, `Fix: ${visible(found.fix, 500)}`),
    el("a", { href: rulesPath + encodeURIComponent(found.rule) }, visible(found.rule, 80)), ` (${found.severity})`);
}

function part(title, content, open = false) {
  return el("details", { class: "part", open }, el("summary", {}, title), ...content);
}

function eventLink(id, text, go) {
  const link = el("a", { href: `?${new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), id })}` }, text);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(id);
  });
  return link;
}

function siblings(event, go) {
  return el("ul", { class: "siblings" }, event.siblings.map((other) => el("li", {},
    eventLink(other.id, `${visible(other.type, 60)} ${visible(other.name ?? "", 120)}`, go), verdictMark(other.verdict))));
}

function attempts(event, go) {
  const rows = event.retries.map((attempt) => [
    attempt.id === event.id ? "this one" : eventLink(attempt.id, `request ${attempt.id}`, go),
    moment(attempt.time), attempt.status ? String(attempt.status) : "no answer", visible(attempt.fault, 120),
  ]);
  return table("Attempts", ["Request", "Time", "Answer", "Fault"], rows);
}

function requestPart(event) {
  const { request } = event;
  const headers = Object.entries(request.headers).map(([name, value]) => [bdi(name, 120), bdi(value, 600)]);
  const block = (title, text) => [el("h3", {}, title, " ", copyButton(text, "copy", `Copy: ${title}`)),
    el("pre", { tabindex: 0, "aria-label": title }, visible(text, SHOWN_BODY))];
  return part("Request", [
    ...block("Address", `${request.method} ${request.url}`),
    el("h3", {}, "Headers"), table("Headers", ["Name", "Value"], headers),
    ...(request.jzb ? block("jzb as sent", request.jzb) : []),
    ...(request.jzb && event.whole !== undefined ? block("jzb decoded", asJson(event.whole)) : []),
    ...(request.body ? block("Body", request.body) : []),
  ]);
}
