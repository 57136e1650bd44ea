// The faults in force for a key: list, add, clear.

import { change, keyPath, read } from "../js/api.js";
import { bdi, el, table, visible } from "../js/dom.js";
import { number } from "../js/format.js";
import { chooseKey } from "../js/header.js";
import { complain } from "../js/notices.js";

const SELECTORS = ["region", "host", "endpoint", "method", "event"];
const SCHEDULE = ["times", "seconds", "probability", "seed"];
const REFRESH_MILLISECONDS = 2000;

const area = document.getElementById("faults");
const form = document.getElementById("add");
const problem = document.getElementById("problem");
const profiles = document.getElementById("profile");
const profileProblem = document.getElementById("profile-problem");

let key = "";
let shown = "";

const part = (fault, names) =>
  Object.entries(fault).filter(([name]) => names(name)).map(([name, value]) => `${name} ${visible(value, 60)}`).join(", ");

async function refresh() {
  const faults = await read(keyPath(key, "/faults"));
  const text = key + JSON.stringify(faults);
  if (text === shown) return;
  shown = text;
  if (!faults.length) {
    area.replaceChildren(el("p", { class: "dim" }, "No fault is in force for this key."));
    return;
  }
  const rows = faults.map(({ fault, seen, struck }) => [
    bdi(part(fault, (name) => SELECTORS.includes(name)) || "all requests"),
    bdi(part(fault, (name) => !SELECTORS.includes(name) && !SCHEDULE.includes(name))),
    bdi(part(fault, (name) => SCHEDULE.includes(name)) || "every time"),
    number(seen), number(struck),
  ]);
  area.replaceChildren(table("Faults in force", ["Requests", "Effect", "How often", "Matched", "Applied"], rows),
    el("button", { type: "button", class: "danger", onclick: clear }, "Clear all faults"));
}

async function clear() {
  await change("DELETE", keyPath(key, "/faults")).catch(complain);
  await refresh();
}

/** Return the values of a form's fields; empty fields are left out. */
function described(fields) {
  const values = {};
  for (const field of fields.elements) {
    if (!field.name) continue;
    if (field.dataset.kind === "flag") { if (field.checked) values[field.name] = true; continue; }
    const value = field.value.trim();
    if (value) values[field.name] = field.dataset.kind === "number" && !Number.isNaN(Number(value)) ? Number(value) : value;
  }
  return values;
}

/** Send what a form describes when it is submitted, and show the problems of it. */
function submit(fields, area, send) {
  fields.addEventListener("submit", async (event) => {
    event.preventDefault();
    area.hidden = true;
    try {
      await send(described(fields));
      fields.reset();
      describeProfile();
      await refresh();
    } catch (error) {
      const violations = error.problem?.violations ?? [];
      area.textContent = violations.map(({ pointer, message, fix }) => `${pointer.replace(/^\/0\/?/, "")} ${message}: ${fix}`).join("\n") || error.message;
      area.hidden = false;
    }
  });
}

function describeProfile() {
  const { summary, browser } = profiles.elements.profile.selectedOptions[0].dataset;
  document.getElementById("about").textContent = `${summary} In a browser: ${browser}`;
}

submit(form, problem, (fault) => change("POST", keyPath(key, "/faults"), JSON.stringify([fault])));
submit(profiles, profileProblem, ({ profile, ...limits }) =>
  change("POST", keyPath(key, `/fault-profiles/${profile}`), JSON.stringify(limits)));
profiles.elements.profile.addEventListener("change", describeProfile);
describeProfile();

key = await chooseKey((chosen) => { key = chosen; refresh().catch(complain); });
await refresh();
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, REFRESH_MILLISECONDS);
