// The cause of a support case: in dropped recordings, or in the requests of the chosen key.

import { change, keyPath, query, read } from "../js/api.js";
import { visible } from "../js/dom.js";
import { chooseKey } from "../js/header.js";
import { differenceElement, inspectionElement, isHealthy } from "../js/inspection.js";

const MAX_FILES = 2;
const MAX_NAME = 200;
const { control } = document.body.dataset;

const drop = document.getElementById("drop");
const file = document.getElementById("file");
const button = document.getElementById("inspect-key");
const progress = document.getElementById("progress");
const problem = document.getElementById("problem");
const area = document.getElementById("inspections");

let key = "";
let latest = 0;

/** Show what a function returns, unless the user starts another inspection meanwhile. */
async function show(label, inspect) {
  const run = ++latest;
  problem.hidden = true;
  progress.textContent = `Reading ${label}…`;
  area.replaceChildren();
  try {
    const inspections = await inspect();
    if (run !== latest) return;
    progress.textContent = inspections.map(({ name, causes }) => `${visible(name, 80)}: ${visible(causes[0].sentence, 500)}`).join("\n");
    area.replaceChildren(...elements(inspections));
  } catch (error) {
    if (run !== latest) return;
    progress.textContent = "";
    problem.textContent = visible(error.message, 500);
    problem.hidden = false;
  }
}

/** Return the elements of the inspections; of two recordings, the good one is the first healthy one, or the first. */
function elements(inspections) {
  const shown = inspections.map(inspectionElement);
  if (inspections.length < MAX_FILES) return shown;
  const good = inspections.find(isHealthy) ?? inspections[0];
  return [differenceElement(good, inspections.find((one) => one !== good)), ...shown];
}

async function inspectFiles(files) {
  const chosen = [...files];
  const names = chosen.map(({ name }) => visible(name, 80)).join(" and ");
  await show(names, async () => {
    if (chosen.length > MAX_FILES) throw new Error("Give one file, or two: a good and a bad recording.");
    const inspections = [];
    for (const one of chosen) {
      const path = `${control}/inspect${query({ name: one.name.slice(0, MAX_NAME) })}`;
      inspections.push(await change("POST", path, one, { headers: { "content-type": "application/octet-stream" } }));
    }
    return inspections;
  });
}

for (const type of ["dragover", "dragleave", "drop"]) {
  addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) inspectFiles(event.dataTransfer.files);
  });
}
file.addEventListener("change", () => { if (file.files.length) inspectFiles(file.files); });
button.addEventListener("click", () => show(`the key ${visible(key, 80)}`, async () => [await read(keyPath(key, "/inspection"))]));

key = await chooseKey((chosen) => { key = chosen; });
