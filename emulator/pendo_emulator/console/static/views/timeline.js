// The timeline: the events of a key as they arrive, newest first.

import { keyPath, query, read } from "../js/api.js";
import { el, VERDICT_TEXTS, visible } from "../js/dom.js";
import { EventDetail } from "../js/event_detail.js";
import { clock, number } from "../js/format.js";
import { chooseKey, parameter, setParameters } from "../js/header.js";
import { follow } from "../js/stream.js";
import { VirtualRows } from "../js/virtual_rows.js";

const FIRST_PAGE = 200;
const PAGE = 1000;
// Rows in memory; older ones are forgotten while new ones arrive.
const MAX_ROWS = 120_000;
const MAX_WAITING = 20_000;
const REQUEST_TYPE = "request";
const { console: consolePath } = document.body.dataset;
const COLUMNS = [
  ["time", "Time"], ["type", "Type"], ["name", "Name"], ["visitor", "Visitor"], ["account", "Account"],
  ["place", "Region"], ["verdict", "Verdict"],
];

const form = document.getElementById("query");
const input = document.getElementById("q");
const problem = document.getElementById("q-error");
const pause = document.getElementById("pause");
const newer = document.getElementById("newer");
const status = document.getElementById("status");
const rows = new VirtualRows(document.getElementById("rows"), {
  label: "Events, newest first", columns: COLUMNS, fill, open, needMore: loadOlder,
});
const detail = new EventDetail(document.getElementById("detail"), { closed: () => { show(null); rows.grid.focus(); } });

let key = "";
let stop = () => {};
let generation = 0;
let cursor = "";
let more = false;
let loading = false;
let paused = false;
let held = [];
let connection = "waiting";
let eventPath = "";

const place = (event) => (event.region === "cname" || event.region === "unlisted" ? event.host : event.region);

function fill(element, event) {
  const [time, type, name, visitor, account, where, verdict] = element.children;
  time.textContent = clock(event.time);
  // Only some events have a name; of a request without events, the endpoint is all there is.
  const label = event.name ?? (event.type === REQUEST_TYPE ? event.endpoint : "");
  element.classList.toggle("unnamed", !label);
  write(type, visible(event.type, 60), !label && event);
  write(name, visible(label, 120), label && event);
  name.classList.toggle("dim", event.name === null);
  visitor.textContent = visible(event.visitor, 120);
  account.textContent = visible(event.account, 120);
  where.textContent = visible(place(event), 80);
  const mark = verdict.firstChild ?? verdict.appendChild(el("span"));
  mark.textContent = `${VERDICT_TEXTS[event.verdict]}${event.fault || event.rejection ? " (fault)" : ""}`;
  mark.className = `verdict ${event.verdict}`;
}

/** Write a text into a cell, as the link to an event if there is one. */
function write(cell, text, event) {
  let target = cell;
  if (event) {
    if (!cell.firstElementChild) cell.replaceChildren(el("a", { tabindex: -1 }));
    target = cell.firstElementChild;
    target.setAttribute("href", eventPath + event.id);
  }
  target.textContent = text;
}

function open(event) {
  setParameters({ event: event.id });
  show(event.id);
}

function show(id) {
  if (id) detail.show(key, id);
  else {
    detail.hide();
    setParameters({ event: "" });
  }
}

function announce() {
  const total = `${number(rows.items.length)}${more ? "+" : ""} event${rows.items.length === 1 ? "" : "s"}`;
  const state = paused ? "paused" : connection === "live" ? "live" : "connecting…";
  status.textContent = `${total} · ${state}`;
  status.dataset.state = paused ? "paused" : connection;
  newer.hidden = !held.length;
  newer.textContent = `${number(held.length)}${held.length >= MAX_WAITING ? "+" : ""} new`;
}

async function load() {
  const mine = ++generation;
  stop();
  eventPath = `${consolePath}/event${query({ key })}&id=`;
  held = [];
  connection = "waiting";
  let page;
  try {
    page = await readPage({ limit: FIRST_PAGE });
    if (mine !== generation) return;
    showProblem(null);
  } catch (error) {
    if (mine === generation) showProblem(error);
    return;
  }
  cursor = page.cursor;
  more = page.more;
  rows.reset(page.events.reverse());
  selectShown();
  stop = follow(key, parameter("q"), page.newest, take, (state) => { connection = state; announce(); });
  announce();
  if (!rows.items.length) hint();
}

/** Mark the row of the event that the address names. */
function selectShown() {
  const id = parameter("event");
  const shown = id && rows.items.findLast((event) => event.id === id);
  if (shown) rows.select(shown);
}

const readPage = (parameters) => read(keyPath(key, "/timeline", { q: parameter("q"), ...parameters }));

function hint() {
  const q = parameter("q");
  const text = q ? "No event matches the query yet." : "No event has arrived for this key yet. Send one:";
  const lines = [el("p", {}, text)];
  if (!q) lines.push(el("p", {}, el("a", { href: `${consolePath}/setup` }, "Lines for curl, pages, Node, pytest and more")));
  rows.spacer.replaceChildren(el("div", { role: "row", class: "empty" }, el("div", { role: "gridcell" }, lines)));
  rows.pool = [];
}

function take(events) {
  if (paused) {
    if (held.length < MAX_WAITING) held.push(...events);
  } else {
    rows.spacer.querySelector(".empty")?.remove();
    rows.addNewer(events, MAX_ROWS);
  }
  announce();
}

async function loadOlder() {
  if (loading || !more || rows.items.length >= MAX_ROWS) return;
  loading = true;
  const mine = generation;
  try {
    const page = await readPage({ limit: PAGE, before: cursor });
    if (mine !== generation) return;
    cursor = page.cursor;
    more = page.more;
    rows.addOlder(page.events.reverse());
    announce();
  } finally {
    loading = false;
  }
  if (more && rows.items.length < FIRST_PAGE) loadOlder();
}

function showProblem(error) {
  problem.hidden = !error;
  input.toggleAttribute("aria-invalid", Boolean(error));
  problem.textContent = "";
  if (!error) return;
  const { column, problem: text } = error.problem ?? {};
  problem.textContent = column ? `column ${column}: ${text ?? error.message}` : error.message;
  if (column) input.setSelectionRange(column - 1, input.value.length);
}

function search() {
  setParameters({ q: input.value.trim() });
  return load();
}

let typing = 0;
form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); search(); });
input.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 400); });
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", paused);
  pause.textContent = paused ? "Resume" : "Pause";
  if (!paused) release();
  announce();
});
newer.addEventListener("click", () => { release(); announce(); });

function release() {
  const events = held;
  held = [];
  rows.addNewer(events, MAX_ROWS);
}

addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  }
});
addEventListener("popstate", () => { input.value = parameter("q"); show(parameter("event") || null); load(); });

input.value = parameter("q");
key = await chooseKey((chosen) => { key = chosen; show(null); load(); });
load();
if (parameter("event")) show(parameter("event"));
