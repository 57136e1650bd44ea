// What happened to each event of a Segment source: sent, matched, called, arrived.

import { keyPath, query, read } from "../js/api.js";
import { bdi, el, verdictMark, visible } from "../js/dom.js";
import { clock } from "../js/format.js";
import { chooseKey } from "../js/header.js";
import { complain } from "../js/notices.js";
import { asJson } from "../js/tree.js";

const SHOWN_REPORTS = 50;
const REFRESH_MILLISECONDS = 1000;
// Reports that are asked for again in each refresh, because more can arrive.
const MAX_OPEN = 10;
const COLUMNS = ["Sent by Segment", "Subscriptions", "Calls of the agent", "Arrived"];
// Seconds between the source's report and the events that belong to it.
const WINDOW = 30_000;
const { console: consolePath } = document.body.dataset;

const area = document.getElementById("reports");

let key = "";
let shown = "";
let reports = [];
// What arrived of each report, by its number: `{ cells, settled }`; a settled one cannot change any more.
let arrivals = new Map();

const quoted = (text) => `"${String(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function sent({ event, at }) {
  const who = event.userId ?? event.anonymousId ?? "";
  return [
    el("strong", {}, visible(event.type, 40), " ", bdi(event.event ?? event.name ?? "", 120)),
    el("p", { class: "dim" }, clock(at), " ", bdi(who, 120)),
    el("details", {}, el("summary", {}, "Event"), el("pre", { tabindex: 0, "aria-label": "Event" }, visible(asJson(event), 8000))),
  ];
}

function subscription(result) {
  const state = !result.enabled ? "disabled" : result.matched ? "matches" : "does not match";
  const unmet = result.matched ? [] : (result.conditions ?? []).filter(({ met }) => !met);
  return el("li", {},
    el("span", { class: result.enabled && result.matched ? "good" : "dim" }, `${visible(result.name || result.action, 60)}: ${state}`),
    unmet.map(({ text }) => el("p", { class: "dim mono" }, `not met: ${visible(text, 300)}`)),
    result.problem ? el("p", { class: "error" }, visible(result.problem, 300)) : null);
}

function call({ method, arguments: given }) {
  return el("li", { class: "mono" }, `${visible(method, 40)}(${given.map((one) => visible(asJson(one), 400)).join(", ")})`);
}

/** Return why nothing can have arrived, or an empty text. */
function reason({ subscriptions, calls, problem }) {
  if (problem) return problem;
  const enabled = subscriptions.filter((result) => result.enabled);
  if (!enabled.length) return "no subscription is enabled";
  if (!enabled.some((result) => result.matched)) return "no trigger matches the event";
  if (!calls.length) return "the actions make no call of the agent";
  return "";
}

/** Return the query for the events that a report's calls cause. */
function queryOf({ event, calls, at }) {
  const tracked = calls.find(({ method }) => method === "track");
  const about = tracked ? `type:track name:${quoted(tracked.arguments[0] ?? event.event)}` : "type:identify,meta";
  return `${about} since:${at - WINDOW} until:${at + WINDOW}`;
}

async function arrived(report) {
  const stopped = reason(report);
  if (stopped) return { settled: true, cells: [el("strong", { class: "error" }, "Not sent"), el("p", {}, visible(stopped, 400))] };
  const settled = Date.now() > report.at + 2 * WINDOW;
  const q = queryOf(report);
  const page = await read(keyPath(key, "/timeline", { q, limit: 100 }));
  const ids = [report.event.userId, report.event.anonymousId, report.event.groupId].filter(Boolean).map(String);
  const isSame = (found) => ids.some((id) => found.visitor?.includes(id) || found.account?.includes(id));
  const found = page.events.filter(isSame);
  if (!found.length) {
    const text = settled ? "nothing that belongs to the event" : "not yet: the agent collects events before it sends them";
    return { settled, cells: [el("span", { class: "dim" }, text)] };
  }
  const cells = [el("ul", {}, found.slice(0, 5).map((event) => el("li", {},
    el("a", { href: `${consolePath}/event${query({ key, id: event.id })}` }, `${visible(event.type, 40)} ${visible(event.name ?? "", 80)}`), " ",
    verdictMark(event.verdict), event.fault ? " (fault)" : "")))];
  return { settled, cells };
}

function row(report) {
  const { subscriptions, calls } = report;
  return [
    sent(report),
    el("ul", {}, subscriptions.map(subscription)),
    calls.length ? el("ul", {}, calls.map(call)) : el("span", { class: "dim" }, "none"),
    arrivals.get(report.number)?.cells,
  ];
}

/** Ask for the events of reports that have not been asked for, and of some that can still change. */
async function findArrivals() {
  const known = new Map(reports.map(({ number }) => [number, arrivals.get(number)]));
  const open = reports.filter(({ number }) => known.get(number)?.settled === false).slice(0, MAX_OPEN);
  await Promise.all([...reports.filter(({ number }) => !known.get(number)), ...open].map(async (report) => {
    known.set(report.number, await arrived(report));
  }));
  arrivals = known;
}

async function refresh() {
  const [newest] = await read(keyPath(key, "/source-reports", { limit: 1 }));
  if (newest?.number !== reports[0]?.number || !newest) {
    reports = newest ? await read(keyPath(key, "/source-reports", { limit: SHOWN_REPORTS })) : [];
  }
  await findArrivals();
  const rows = reports.map(row);
  const text = key + rows.flat(2).map((part) => part.textContent ?? "").join("|");
  if (text === shown) return;
  shown = text;
  if (!rows.length) {
    area.replaceChildren(el("p", { class: "empty" }, "No source has reported an event of this key yet."));
    return;
  }
  area.replaceChildren(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table: What happened to each event" },
    el("table", { class: "source" },
      el("thead", {}, el("tr", {}, COLUMNS.map((title) => el("th", { scope: "col" }, title)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell))))))));
}

key = await chooseKey((chosen) => {
  key = chosen;
  reports = [];
  arrivals = new Map();
  refresh().catch(complain);
});
await refresh().catch(complain);
setInterval(() => { if (!document.hidden && !area.contains(document.activeElement)) refresh().catch(() => {}); }, REFRESH_MILLISECONDS);
