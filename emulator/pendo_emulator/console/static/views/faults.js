// The faults in force for a key: list, add, clear.

import { change, keyPath, read } from "../js/api.js";
import { bdi, el, table, visible } from "../js/dom.js";
import { number } from "../js/format.js";
import { chooseKey } from "../js/header.js";
import { complain } from "../js/notices.js";

const SELECTORS = ["region", "endpoint", "method", "event"];
const SCHEDULE = ["times", "seconds", "probability", "seed"];
const REFRESH_MILLISECONDS = 2000;

const area = document.getElementById("faults");
const form = document.getElementById("add");
const problem = document.getElementById("problem");

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

/** Return the fault that the form describes; empty fields are left out. */
function described() {
  const fault = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.dataset.kind === "flag") { if (field.checked) fault[field.name] = true; continue; }
    const value = field.value.trim();
    if (value) fault[field.name] = field.dataset.kind === "number" && !Number.isNaN(Number(value)) ? Number(value) : value;
  }
  return fault;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.hidden = true;
  try {
    await change("POST", keyPath(key, "/faults"), JSON.stringify([described()]));
    form.reset();
    await refresh();
  } catch (error) {
    const violations = error.problem?.violations ?? [];
    problem.textContent = violations.map(({ pointer, message, fix }) => `${pointer.replace(/^\/0\/?/, "")} ${message}: ${fix}`).join("\n") || error.message;
    problem.hidden = false;
  }
});

key = await chooseKey((chosen) => { key = chosen; refresh().catch(complain); });
await refresh();
setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, REFRESH_MILLISECONDS);
