// An inspection as elements, in the order and the words of `pendo-emulator inspect`.

import { bdi, el, table, visible } from "./dom.js";
import { counted, number } from "./format.js";

const FIRST_STEPS = 25;
const MAX_STEPS = 2000;
const MAX_TEXT = 4000;
const HEALTHY = "healthy";
const WRONG = new Set(["refused", "blocked", "failed"]);
// These facts differ in every recording.
const NOT_COMPARED = new Set(["requests to Pendo", "events"]);

const { rules } = document.body.dataset;

const text = (value) => visible(value, MAX_TEXT);

/** Return whether nothing is wrong. */
export const isHealthy = (inspection) => inspection.causes[0].cause === HEALTHY;

/** Return a time as the time since the start of the recording: `+1:02.5`. */
function since(time, started) {
  if (!time || !started) return "";
  const seconds = Math.max(0, time - started) / 1000;
  return `+${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
}

/** Return one inspection: the most likely cause, the other candidates, what Pendo shows, the facts, the story. */
export function inspectionElement(inspection) {
  const [first, ...rest] = inspection.causes;
  const healthy = isHealthy(inspection);
  const others = [...rest, ...inspection.possible];
  const { words, story, unreadable } = inspection;
  return el("article", { class: "card inspection", "aria-label": text(inspection.name) },
    el("p", { class: "dim" }, bdi(inspection.name, 200), `: ${text(words.summary)}`),
    el("h2", {}, healthy ? "Result" : "Most likely cause"),
    el("p", { class: `sentence ${healthy ? "good" : "error"}` }, text(first.sentence)),
    fix(first),
    proof(inspection, first, "h3"),
    others.length > 0 && section("Also", others.map((cause) => other(inspection, cause))),
    words.profiles.length > 0 && section("What Pendo shows at the end", words.profiles.map(profile)),
    section("Facts", rows(words.facts)),
    story.length > 0 && section("Story", steps(inspection)),
    unreadable.length > 0 && section("Not readable", el("ul", {}, unreadable.map((reason) => el("li", {}, text(reason))))));
}

/** Return what differs between the facts of a good and a bad recording. */
export function differenceElement(good, bad) {
  const [before, after] = [factsByName(good), factsByName(bad)];
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
  const known = new Set(good.causes.map((cause) => cause.cause));
  const added = bad.causes.filter((cause) => !known.has(cause.cause));
  const cells = names.map((name) => [name, before.get(name) ?? "nothing", after.get(name) ?? "nothing"].map(text));
  return el("section", { class: "card difference", "aria-labelledby": "h-difference" },
    el("h2", { id: "h-difference" }, "From ", bdi(good.name, 200), " to ", bdi(bad.name, 200)),
    added.map((cause) => el("p", {}, "Only in ", bdi(bad.name, 200), `: ${text(cause.sentence)}`)),
    cells.length > 0 && table("Different facts", ["fact", bdi(good.name, 80), bdi(bad.name, 80)], cells),
    added.length + cells.length === 0 && el("p", {}, "The causes and the facts are the same."));
}

/** Return the facts and the fields of the profiles by name; a label is in the plural if there are several values. */
function factsByName({ words }) {
  const facts = words.facts.filter(([label]) => !NOT_COMPARED.has(label)).map(([label, value]) => [label.replace(/s$/, ""), value]);
  const fields = words.profiles.flatMap(({ title, fields: values }) => values.map(([name, value]) => [`${title}: ${name}`, value]));
  return new Map([...facts, ...fields]);
}

const section = (title, ...content) => el("section", {}, el("h3", {}, title), ...content);

const fix = (cause) => el("p", {}, el("b", {}, "What to do: "), text(cause.fix));

const rows = (pairs) => el("dl", { class: "pairs" },
  pairs.map(([name, value]) => el("div", {}, el("dt", {}, text(name)), el("dd", {}, bdi(value, MAX_TEXT)))));

function other(inspection, cause) {
  return el("details", { class: "part" }, el("summary", {}, text(cause.sentence), " ", el("span", { class: "dim" }, cause.certainty)),
    el("div", {}, fix(cause), proof(inspection, cause, "h4")));
}

function proof({ facts, words }, cause, heading) {
  const ruleLinks = cause.rules.map((rule) => [", rule ", el("a", { href: rules + encodeURIComponent(rule) }, text(rule))]);
  return el("div", { class: "proof" },
    cause.evidence.length > 0 && [el(heading, {}, "Evidence"), el("ol", {}, cause.evidence.map((shown) => evidence(shown, facts.started)))],
    cause.furtherEvidence > 0 && el("p", { class: "dim" }, `and ${number(cause.furtherEvidence)} more`),
    cause.refutedBy && [el(heading, {}, "It is something else if you see"), el("p", {}, text(cause.refutedBy))],
    el("p", { class: "dim" }, "Cause ", el("code", {}, text(cause.cause)), ...ruleLinks.flat(), `. ${words.certainties[cause.certainty]}`));
}

function evidence(shown, started) {
  const place = [shown.entry, since(shown.time, started)].filter(Boolean).map(text).join(", ");
  const values = Object.entries(shown.values).filter(([, value]) => value);
  return el("li", {}, text(shown.text), place && el("span", { class: "dim" }, ` (${place})`), values.length > 0 && rows(values));
}

function profile({ title, fields, furtherFields }) {
  return el("div", { class: "profile" }, el("h4", {}, bdi(title)),
    fields.length > 0 ? rows(fields) : el("p", { class: "dim" }, "no field"),
    furtherFields > 0 && el("p", { class: "dim" }, `and ${counted(furtherFields, "more field")}`));
}

function steps({ story, furtherSteps, facts, words }) {
  const list = (part) => el("ol", { class: "steps" }, part.map((step) => stepItem(step, facts.started)));
  const left = furtherSteps + Math.max(0, story.length - MAX_STEPS);
  return [
    words.begins && el("p", { class: "dim" }, `The recording begins at ${words.begins}.`),
    list(story.slice(0, FIRST_STEPS)),
    story.length > FIRST_STEPS && el("details", { class: "part" },
      el("summary", {}, counted(story.length - FIRST_STEPS, "more step")), list(story.slice(FIRST_STEPS, MAX_STEPS))),
    left > 0 && el("p", { class: "dim" }, `${counted(left, "step")} left out.`),
  ];
}

function stepItem(step, started) {
  const wrong = WRONG.has(step.outcome);
  return el("li", { class: wrong ? "error" : null }, el("time", { class: "dim" }, since(step.time, started)),
    el("span", { class: "dim" }, step.kind), el("span", {}, text(step.text), wrong && ` (${step.outcome})`));
}
