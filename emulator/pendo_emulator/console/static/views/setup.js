// The set-up: copies the lines, and shows which of them have reached the emulator.

import { read } from "../js/api.js";
import { copyButton } from "../js/dom.js";
import { number } from "../js/format.js";
import { chooseKey } from "../js/header.js";

const CHECK_MILLISECONDS = 1000;
const { console: consolePath } = document.body.dataset;

async function check() {
  const counts = await read("keys");
  for (const article of document.querySelectorAll("[data-key]")) {
    const count = counts[article.dataset.key];
    const mark = article.querySelector("[data-reach]");
    if (!count || mark.dataset.count === String(count)) continue;
    mark.dataset.count = count;
    const link = document.createElement("a");
    link.href = `/?key=${encodeURIComponent(article.dataset.key)}`;
    link.textContent = `reached: ${number(count)} ${count === 1 ? "request" : "requests"}`;
    mark.replaceChildren(link);
    mark.classList.add("reached");
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const article = button.closest("article");
  const name = article.querySelector("h3").textContent;
  button.replaceWith(copyButton(() => article.querySelector("code").textContent, "Copy", `Copy the lines for ${name}`));
}

await chooseKey((key) => location.assign(`${consolePath}/setup?key=${encodeURIComponent(key)}`));
await check();
setInterval(() => { if (!document.hidden) check().catch(() => {}); }, CHECK_MILLISECONDS);
