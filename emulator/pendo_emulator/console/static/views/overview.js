// The overview of a key: its events over time, by region and type, and its most frequent findings.

import { keyPath, query, read } from "../js/api.js";
import { bdi, el, table, verdictMark, visible } from "../js/dom.js";
import { number } from "../js/format.js";
import { chooseKey, setParameters } from "../js/header.js";
import { complain } from "../js/notices.js";
import { bars } from "../js/plot.js";

const SHOWN_FINDINGS = 10;
const SHOWN_KEYS = 50;
const MAX_TYPES = 5;
const OTHERS = "others";
const VERDICTS = ["kept", "broken", "not-judged"];
const REFRESH_SECONDS = 3;
const MAX_REFRESH_SECONDS = 30;
// The part of the time that the server may spend on this page.
const SHARE = 0.03;
const SEVERITIES = { error: "broken", warning: "warning", note: "note" };
const { rules } = document.body.dataset;

const place = (id) => document.getElementById(id);

let key = "";
let latest = "";
// Seconds until the next refresh; an answer that another open page got meanwhile is new enough.
let keysShown = "";
let pause = REFRESH_SECONDS;

/** Return the names of the most frequent series, the rest as `others`. */
function ranked(buckets) {
  const totals = new Map();
  for (const { types } of buckets) {
    for (const [type, verdicts] of Object.entries(types)) {
      totals.set(type, (totals.get(type) ?? 0) + Object.values(verdicts).reduce((sum, count) => sum + count, 0));
    }
  }
  const names = [...totals.keys()].sort((one, other) => totals.get(other) - totals.get(one));
  return names.length > MAX_TYPES + 1 ? [...names.slice(0, MAX_TYPES), OTHERS] : names;
}

function counted(bucket, nameOf) {
  const counts = new Map();
  for (const [type, verdicts] of Object.entries(bucket.types)) {
    for (const [verdict, count] of Object.entries(verdicts)) {
      const name = nameOf(type, verdict);
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
  }
  return { time: bucket.time, counts };
}

function drawActivity({ buckets, events, complete }) {
  const area = place("activity");
  if (!events) {
    area.replaceChildren(el("p", { class: "dim" }, "No event has arrived for this key yet."));
    return;
  }
  const types = ranked(buckets);
  const byType = buckets.map((bucket) => counted(bucket, (type) => (types.includes(type) ? type : OTHERS)));
  const byVerdict = buckets.map((bucket) => counted(bucket, (_, verdict) => verdict));
  const verdicts = VERDICTS.filter((verdict) => byVerdict.some(({ counts }) => counts.has(verdict)));
  const about = complete ? `All ${number(events)} events.` : `The newest ${number(events)} events.`;
  const width = Math.max(240, area.clientWidth > 1000 ? (area.clientWidth - 24) / 2 : area.clientWidth);
  area.replaceChildren(el("p", { class: "dim" }, about), el("div", { class: "two" },
    el("div", {}, el("h3", {}, "By type"),
      bars("Events over time by type", byType, types, (name) => `s${types.indexOf(name) % 6}`, width)),
    el("div", {}, el("h3", {}, "By verdict"),
      bars("Events over time by verdict", byVerdict, verdicts, (name) => `s-${name}`, width))));
}

function drawMatrix(counts) {
  const regions = [...new Set(counts.map(({ region }) => region))];
  const cells = new Map();
  for (const { region, type, received, broken } of counts) {
    const row = cells.get(type) ?? cells.set(type, new Map()).get(type);
    const cell = row.get(region) ?? { received: 0, broken: 0 };
    row.set(region, { received: cell.received + received, broken: cell.broken + broken });
  }
  const rows = [...cells].map(([type, row]) => [
    el("a", { href: `/${query({ key, q: `type:${quoted(type)}` })}` }, bdi(type, 80)),
    ...regions.map((region) => cellOf(row.get(region), type, region)),
  ]);
  place("matrix").replaceChildren(rows.length
    ? table("Events by type and region", ["Type", ...regions.map((region) => visible(region, 40))], rows)
    : el("p", { class: "dim" }, "No event yet."));
}

const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function cellOf(cell, type, region) {
  if (!cell) return el("span", { class: "dim" }, "-");
  const broken = cell.broken
    ? el("a", { class: "error", href: `/${query({ key, q: `type:${quoted(type)} region:${region} is:broken` })}` }, `${number(cell.broken)} broken`)
    : null;
  return el("span", {}, number(cell.received), broken ? ", " : "", broken);
}

function drawFindings({ findings, further_findings: further }) {
  const order = { error: 0, warning: 1, note: 2 };
  const sorted = findings.sort((one, other) => order[one.severity] - order[other.severity] || other.count - one.count);
  const rows = sorted.slice(0, SHOWN_FINDINGS).map((finding) => {
    const first = finding.where[0] ?? {};
    const example = first.exchange === undefined ? "" : el("a", {
      href: `/${query({ key, event: eventId(first), q: "" })}`,
    }, `exchange ${first.exchange}`);
    const isRule = /^[a-z-]+$/.test(finding.rule);
    return [
      verdictMark(SEVERITIES[finding.severity]), number(finding.count),
      el("span", {}, bdi(finding.what, 300), el("span", { class: "contract-lines" }, visible(finding.reference, 200))),
      bdi(finding.fix, 200),
      el("span", {}, isRule ? el("a", { href: rules + finding.rule }, finding.rule) : "", isRule && example ? ", " : "", example),
    ];
  });
  const left = findings.length - rows.length + Object.values(further).reduce((sum, count) => sum + count, 0);
  place("findings").replaceChildren(
    rows.length ? table("Top findings", ["Severity", "Count", "What", "Fix", "Where"], rows) : el("p", { class: "good" }, "No finding."),
    left > 0 ? el("p", { class: "dim" }, `${number(left)} more.`) : "");
}

const eventId = ({ exchange, event }) => (event === null || event === undefined ? String(exchange) : `${exchange}.${event}`);

function drawKeys(counts) {
  const names = Object.keys(counts).sort((one, other) => counts[other] - counts[one]);
  const rows = names.slice(0, SHOWN_KEYS).map((name) => [
    el("a", { href: `/${query({ key: name })}` }, bdi(name, 80)), number(counts[name]),
  ]);
  place("keys").replaceChildren(rows.length ? table("Keys in use", ["Key", "Requests"], rows) : el("p", { class: "dim" }, "None."),
    names.length > SHOWN_KEYS ? el("p", { class: "dim" }, `${number(names.length - SHOWN_KEYS)} more keys.`) : "");
}

async function refresh({ force = false } = {}) {
  const keys = await read("keys");
  const shown = JSON.stringify(keys);
  if (shown !== keysShown) drawKeys(keys);
  keysShown = shown;
  const state = `${keys[key] ?? 0} ${key}`;
  if (!force && state === latest) return;
  latest = state;
  const started = performance.now();
  const [activity, counts, findings] = await Promise.all([
    read(keyPath(key, "/activity", { max_age: force ? 0 : pause })), read(keyPath(key, "/counts")), read(keyPath(key, "/findings")),
  ]);
  const seconds = Math.max(activity.seconds, (performance.now() - started) / 1000);
  pause = Math.round(Math.min(MAX_REFRESH_SECONDS, Math.max(REFRESH_SECONDS, seconds / SHARE)));
  drawActivity(activity);
  drawMatrix(counts);
  drawFindings(findings);
}

key = await chooseKey((chosen) => { key = chosen; setParameters({ key }); refresh({ force: true }).catch(complain); });
await refresh({ force: true }).catch(complain);
(function later() {
  setTimeout(async () => {
    if (!document.hidden) await refresh().catch(() => {});
    later();
  }, pause * 1000);
})();
