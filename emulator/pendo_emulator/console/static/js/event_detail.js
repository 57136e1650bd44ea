// One event: its payload with the contract's lines, its request, and what belongs to it.

import { query } from "./api.js";
import { bdi, copyButton, el, verdictMark, visible } from "./dom.js";
import { attempts, requestPart, siblings } from "./event_request.js";
import { readEvent, readRules } from "./event_source.js";
import { moment, number } from "./format.js";
import { setParameters } from "./header.js";
import { tree } from "./tree.js";

const { console: consolePath, rules: rulesPath } = document.body.dataset;
const SHOWN_COMMAND = 20_000;
const SCHEMAS = /^pendo_contracts\/schemas\//;

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
    if (!this.area.childElementCount) this.area.append(el("p", { class: "dim" }, "Loading…"));
    let content;
    try {
      content = this.content(key, await readEvent(key, id));
    } catch (error) {
      content = [this.closeButton(), el("p", { class: "error", role: "alert" }, visible(error.message, 500))];
    }
    if (this.wanted !== id) return;
    this.area.replaceChildren(...content.filter(Boolean));
    this.area.removeAttribute("aria-busy");
    this.area.scrollTop = 0;
    this.addRules(key, id);
    if (this.closed && matchMedia("(max-width: 900px)").matches) this.area.querySelector("[aria-label^=Close]").focus();
  }

  async addRules(key, id) {
    const place = this.area.querySelector("[data-rules]");
    const found = place ? await readRules(key, id).catch(() => []) : [];
    if (this.wanted === id && found.length) place.append(part("What the rules say", found.map(rule), true));
  }

  closeButton() {
    return this.closed ? el("button", { type: "button", onclick: this.closed, "aria-label": "Close the event" }, "Close") : null;
  }

  content(key, detail) {
    const { event, request } = detail;
    const own = `${consolePath}/event${query({ key, id: event.id })}`;
    const go = (id) => this.go(key, id);
    const others = detail.siblings.filter(({ id }) => id !== event.id);
    return [
      el("div", { class: "event-head" },
        el("h2", {}, visible(event.type, 60), " ", bdi(event.name ?? "", 200)), verdictMark(event.verdict),
        this.closed ? el("a", { href: own }, "Own page") : null,
        copyButton(() => new URL(own, location.href).href, "Copy link"), this.closeButton()),
      facts(key, detail),
      ...(event.index === null ? [] : request.violations.map((found) => violation(found))),
      ...payload(detail),
      el("div", { "data-rules": true }),
      others.length ? part(`Other events of the request (${number(others.length + detail.further_siblings)})`,
        [siblings(others, go)]) : null,
      detail.retries.length ? part(`Attempts (${number(detail.retries.length)})`, [attempts(event, detail.retries, go)], true) : null,
      part("Request", requestPart(request)),
      detail.curl ? part("curl command", [
        el("p", { class: "dim" }, "This sends the request to the emulator again."),
        el("pre", { tabindex: 0, "aria-label": "curl command" }, visible(detail.curl, SHOWN_COMMAND)),
        copyButton(detail.curl, "Copy", "Copy the curl command")]) : null,
    ];
  }

  go(key, id) {
    setParameters(this.closed ? { event: id } : { id }, { push: true });
    this.show(key, id);
  }
}

function facts(key, { event, request, contract }) {
  const profile = (kind, id) => (id ? el("a", { href: `${consolePath}/${kind}${query({ key, id })}` }, bdi(id, 200)) : null);
  const lines = [
    ["Time", moment(event.time)],
    ["Visitor", profile("visitors", event.visitor)],
    ["Account", profile("accounts", event.account)],
    ["Sent to", `${visible(request.place, 160)}, ${visible(event.endpoint, 120)}`],
    ["Contract", contract ? `${contract.title} (${contract.file.replace(SCHEMAS, "")})` : null],
    ["Answer", request.status ? `${request.status}${request.accepted ? "" : ", not accepted"}` : "none"],
    ["Fault", event.fault ? visible(event.fault, 200) : null],
    ["Limit", event.rejection ? visible(event.rejection, 200) : null],
    ["Not judged", request.not_judged ? visible(request.not_judged, 300) : null],
    ["Note", request.notes.length ? request.notes.map((note) => el("p", {}, visible(note, 400))) : null],
  ];
  return el("dl", { class: "facts" },
    lines.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function payload({ event, payload: value, verdict, contract }) {
  const found = [...verdict.violations.map((one) => [one, ""]), ...verdict.warnings.map((one) => [one, "warning"])];
  if (event.index === null) return found.map(([one, severity]) => violation(one, severity));
  const notes = new Map();
  for (const [one, severity] of found) {
    notes.set(one.pointer, [...(notes.get(one.pointer) ?? []), violation(one, severity)]);
  }
  return [el("h3", {}, "Payload"), tree(value, notes, new Map(Object.entries(contract?.members ?? {})))];
}

function violation({ message, fix, lines, contract, rule: name }, severity = "") {
  const place = lines ? `${lines.file.replace(SCHEMAS, "")}:${lines.line} ${name}` : `${contract}: ${name}`;
  return el("div", { class: `violation ${severity}` },
    el("p", {}, el("strong", {}, visible(message, 500))),
    el("p", {}, `Fix: ${visible(fix, 500)}`),
    el("span", { class: "contract-lines" }, visible(place, 300)),
    lines ? el("code", { class: "contract-lines snippet" }, visible(lines.snippet.split("\n")[0].trim(), 300)) : null);
}

function rule(found) {
  return el("div", { class: `violation ${found.severity === "error" ? "" : found.severity}` },
    el("p", {}, el("strong", {}, visible(found.what, 500))),
    el("p", {}, `Fix: ${visible(found.fix, 500)}`),
    el("a", { href: rulesPath + encodeURIComponent(found.rule) }, visible(found.rule, 80)), ` (${found.severity})`);
}

function part(title, content, open = false) {
  return el("details", { class: "part", open }, el("summary", {}, title), ...content);
}
