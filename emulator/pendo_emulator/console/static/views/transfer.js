// Import of a recording into a new key, export of a query, and clearing a key.

import { change, keyPath, query } from "../js/api.js";
import { el, visible } from "../js/dom.js";
import { counted } from "../js/format.js";
import { chooseKey } from "../js/header.js";
import { complain, notify, undoable } from "../js/notices.js";

const UNDO_SECONDS = 10;
const { control } = document.body.dataset;

const drop = document.getElementById("drop");
const file = document.getElementById("file");
const result = document.getElementById("import-result");
const exportForm = document.getElementById("export");
const exportProblem = document.getElementById("export-problem");
const clear = document.getElementById("clear");

let key = "";

/** Return a new key that names the file, in the characters that every API key may have. */
function newKey(name) {
  const stem = name.replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40) || "recording";
  return `${stem}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}

async function load(chosen) {
  const target = newKey(chosen.name);
  result.textContent = `Reading ${visible(chosen.name, 80)}…`;
  try {
    const path = `${control}/import${query({ key: target })}`;
    const answer = await change("POST", path, chosen, { headers: { "content-type": "application/octet-stream" } });
    result.replaceChildren(`${counted(answer.imported, "request")} in the key `,
      el("a", { href: `/${query({ key: answer.key })}` }, visible(answer.key, 80)), ".");
    if (answer.problems.length) result.append(el("ul", {}, answer.problems.map((text) => el("li", {}, visible(text, 300)))));
    if (answer.skipped) result.append(el("p", { class: "dim" }, `${counted(answer.skipped, "request")} skipped.`));
  } catch (error) {
    result.textContent = "";
    complain(error);
  }
}

for (const type of ["dragover", "dragleave", "drop"]) {
  addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) load(event.dataTransfer.files[0]);
  });
}
file.addEventListener("change", () => { if (file.files.length) load(file.files[0]); });

exportForm.addEventListener("submit", async (event) => {
  event.preventDefault();
  exportProblem.hidden = true;
  const { q, format } = Object.fromEntries(new FormData(exportForm));
  const path = keyPath(key, "/timeline/export", { q, format });
  const answer = await fetch(path);
  if (!answer.ok) {
    exportProblem.textContent = (await answer.json().catch(() => ({}))).title ?? `the emulator answered ${answer.status}`;
    exportProblem.hidden = false;
    return;
  }
  const url = URL.createObjectURL(await answer.blob());
  el("a", { href: url, download: `${key.replace(/[^\w-]+/g, "-")}.${format}` }).click();
  URL.revokeObjectURL(url);
});

clear.addEventListener("click", async () => {
  const chosen = key;
  clear.disabled = true;
  const remove = () => change("DELETE", keyPath(chosen, ""), undefined, { keepalive: true }).catch(complain);
  const name = visible(chosen, 80);
  const done = await undoable(`The key ${name} is cleared in ${UNDO_SECONDS} seconds.`, UNDO_SECONDS, remove);
  clear.disabled = false;
  notify(done ? `The key ${name} is cleared.` : `The key ${name} is unchanged.`);
});

key = await chooseKey((chosen) => { key = chosen; });
