// Pipelines of Pendo's Engage API on the rows of the chosen key, and its integration keys.

import { change, keyPath, read } from "../js/api.js";
import { bdi, copyButton, el, table, visible } from "../js/dom.js";
import { counted } from "../js/format.js";
import { chooseKey } from "../js/header.js";

const MAX_ROWS = 200;
const MAX_COLUMNS = 40;
const MAX_DEPTH = 3;
const WEEK = { period: "dayRange", first: "now()", count: -7 };
const TODAY = { ...WEEK, count: 1 };
const SAMPLES = {
  "Events of today": [{ source: { events: null, timeSeries: TODAY } }, { sort: ["-lastTime"] }, { limit: 50 }],
  "Track events by type": [
    { source: { trackEvents: null } },
    { group: { group: ["trackTypeId"], fields: { events: { sum: "numEvents" }, visitors: { count: "visitorId" } } } },
    { expand: { type: { trackType: "trackTypeId" } } },
    { select: { name: "type.name", events: "events", visitors: "visitors" } },
    { sort: ["-events"] },
  ],
  "Visitors by day, last week": [
    { source: { events: null, timeSeries: WEEK } },
    { group: { group: ["day"], fields: { visitors: { count: "visitorId" }, events: { sum: "numEvents" } } } },
    { sort: ["day"] },
  ],
  Visitors: [{ source: { visitors: null } }, { limit: 50 }],
};

const { console: consolePath } = document.body.dataset;
const [form, sample, steps, explain, outcome, problem, tables, keys] =
  ["pipeline", "sample", "steps", "explain", "outcome", "problem", "tables", "keys"].map((id) => document.getElementById(id));

let key = "";
let latest = 0;

function parse(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The pipeline is not JSON: ${error.message}`);
  }
}

/** Return the document of a request from the text: a list of steps is put into one. */
function requestOf(text) {
  const document = parse(text);
  return Array.isArray(document) ? { request: { pipeline: document } } : document;
}

async function run() {
  const own = ++latest;
  problem.hidden = true;
  outcome.textContent = "Running…";
  tables.replaceChildren();
  try {
    const body = JSON.stringify(requestOf(steps.value));
    const answer = await change("POST", keyPath(key, "/engage/query", { explain: explain.checked ? "true" : "" }), body);
    if (own !== latest) return;
    outcome.textContent = [counted(answer.results.length, "row"), ...answer.notes.map((note) => visible(note, 300))].join("; ");
    for (const { step, pointer, count, rows: first } of answer.steps ?? []) tables.append(section(`${pointer} ${step}: ${counted(count, "row")}`, first));
    tables.append(section("Results", answer.results));
  } catch (error) {
    if (own !== latest) return;
    const place = [error.problem?.pointer, error.problem?.column && `column ${error.problem.column}`].filter(Boolean).join(", ");
    outcome.textContent = "";
    problem.textContent = visible(place ? `${place}: ${error.message}` : error.message, 500);
    problem.hidden = false;
  }
}

/** Return a card with rows as a table; a row of events links to the exchanges behind it. */
function section(title, found) {
  const shown = found.slice(0, MAX_ROWS).map((row) => flat(row));
  const names = [...new Set(shown.flatMap(Object.keys))].filter((name) => name !== "exchanges").slice(0, MAX_COLUMNS);
  const hasOrigins = shown.some((row) => row.exchanges);
  const more = found.length > shown.length ? el("p", {}, `The first ${counted(shown.length, "row")} of ${found.length}.`) : null;
  const heads = [...(hasOrigins ? ["Exchanges"] : []), ...names.map((name) => bdi(name, 60))];
  const cells = (row) => [...(hasOrigins ? [origins(row.exchanges ?? [])] : []), ...names.map((name) => bdi(textOf(row[name]), 120))];
  return el("section", { class: "card" }, el("h2", {}, visible(title, 200)), more,
    shown.length ? table(visible(title, 100), heads, shown.map(cells)) : el("p", {}, "No rows."));
}

/** Return a row with a column for each value inside of its objects: `metadata.auto.id`. */
function flat(row, prefix = "", depth = 0) {
  return Object.fromEntries(Object.entries(row).flatMap(([name, value]) => {
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length;
    return isObject && depth < MAX_DEPTH ? Object.entries(flat(value, `${prefix}${name}.`, depth + 1)) : [[prefix + name, value]];
  }));
}

function origins(numbers) {
  return el("span", {}, numbers.flatMap((number) => {
    const search = new URLSearchParams({ key, id: `${number}.0` });
    return [el("a", { href: `${consolePath}/event?${search}` }, String(number)), " "];
  }));
}

const textOf = (value) => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

async function showKeys() {
  const answer = await read(keyPath(key, "/engage"));
  const pair = [["Reading", answer.read_only], ["Reading and writing", answer.read_write]];
  keys.replaceChildren(...pair.flatMap(([name, value]) => [
    el("dt", {}, name), el("dd", {}, el("code", {}, value), " ", copyButton(value, "Copy", `Copy the key for ${name.toLowerCase()}`)),
  ]));
}

function choose(name) { steps.value = JSON.stringify(SAMPLES[name], null, 1); }

sample.append(...Object.keys(SAMPLES).map((name) => el("option", { value: name }, name)));
sample.addEventListener("change", () => choose(sample.value));
form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
document.getElementById("show-keys").addEventListener("click", showKeys);
choose(sample.value);

key = await chooseKey((chosen) => { key = chosen; keys.replaceChildren(); });
