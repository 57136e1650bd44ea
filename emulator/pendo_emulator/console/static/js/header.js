// The key picker of the header, and the query parameters of the page.

import { read } from "./api.js";
import { visible } from "./dom.js";

const SHOWN_KEYS = 2000;
const STORED = "pendo-emulator-key";

const select = document.getElementById("key");

// In a narrow window the navigation scrolls.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

/** Return a query parameter of the page, or an empty text. */
export const parameter = (name) => new URLSearchParams(location.search).get(name) ?? "";

/** Change query parameters of the page without loading it; an empty value removes one. */
export function setParameters(values, { push = false } = {}) {
  const search = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) value ? search.set(name, value) : search.delete(name);
  const url = search.size ? `?${search}` : location.pathname;
  history[push ? "pushState" : "replaceState"](null, "", url);
  keepKeyInLinks();
}

/** Fill the key picker and return the chosen key: the one of the address, the one used last, or the largest. */
export async function chooseKey(changed) {
  const named = parameter("key");
  const reading = read("keys");
  if (named) reading.then((counts) => show(counts, select.value || named)).catch(() => {});
  const counts = named ? {} : await reading;
  const remembered = localStorage.getItem(STORED);
  const keys = Object.keys(counts).sort((one, other) => counts[other] - counts[one]);
  const key = named || (Object.hasOwn(counts, remembered) ? remembered : keys[0]) || "demo";
  show(counts, key);
  localStorage.setItem(STORED, key);
  if (parameter("key") !== key) setParameters({ key });
  keepKeyInLinks();
  select.addEventListener("change", () => {
    localStorage.setItem(STORED, select.value);
    setParameters({ key: select.value, event: "", id: "" }, { push: true });
    changed(select.value);
  });
  const refresh = async () => show(await read("keys"), select.value);
  select.addEventListener("focus", refresh);
  select.addEventListener("pointerenter", refresh);
  addEventListener("popstate", () => {
    const now = parameter("key") || key;
    if (now !== select.value) { show(counts, now); changed(now); }
  });
  return key;
}

function show(counts, chosen) {
  const names = Object.keys(counts).sort().slice(0, SHOWN_KEYS);
  if (!names.includes(chosen)) names.unshift(chosen);
  const present = [...select.options].map((option) => option.value);
  if (present.join("\n") !== names.join("\n")) {
    select.replaceChildren(...names.map((name) => new Option(visible(name, 60), name)));
  }
  for (const option of select.options) {
    option.label = `${visible(option.value, 60)}${Object.hasOwn(counts, option.value) ? ` (${counts[option.value]})` : ""}`;
  }
  select.value = chosen;
}

/** Add the chosen key to the links of the navigation, so that the next view shows the same key. */
function keepKeyInLinks() {
  const key = parameter("key");
  for (const link of document.querySelectorAll("header nav a, header .brand")) {
    const url = new URL(link.href);
    if (key) url.searchParams.set("key", key);
    link.href = url.pathname + url.search;
  }
}
