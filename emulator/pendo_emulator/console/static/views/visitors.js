// Visitors or accounts: a list with a search, and one profile with the event behind each value.

import { keyPath, query, read } from "../js/api.js";
import { bdi, el, visible } from "../js/dom.js";
import { counted, moment, number } from "../js/format.js";
import { chooseKey, parameter, setParameters } from "../js/header.js";
import { complain } from "../js/notices.js";
import { profileContent } from "../js/profile.js";

const PAGE = 100;
const SHOWN_VALUES = 4;
const view = document.body.dataset.view;
const noun = view.slice(0, -1);
const { console: consolePath } = document.body.dataset;

const form = document.getElementById("query");
const input = document.getElementById("q");
const status = document.getElementById("status");
const area = document.getElementById("profiles");
const panel = document.getElementById("profile");

let key = "";
let generation = 0;

async function load(after = "") {
  const mine = after ? generation : ++generation;
  status.textContent = "Reading…";
  let page;
  try {
    page = await read(keyPath(key, `/${view}`, { search: parameter("q"), sort: "latest", limit: PAGE, after }));
  } catch (error) {
    if (mine !== generation) return;
    status.textContent = "";
    complain(error);
    return;
  }
  if (mine !== generation) return;
  const found = page[view];
  let list = area.querySelector("ul");
  if (!after) {
    list = el("ul", { class: "profiles" });
    area.replaceChildren(found.length ? list : el("p", { class: "empty" },
      parameter("q") ? `No ${view} match the search.` : `No event of this key names ${view === "visitors" ? "a visitor" : "an account"} yet.`));
  }
  list.append(...found.map(row));
  area.querySelector(":scope > button")?.remove();
  if (page.next) area.append(el("button", { type: "button", onclick: () => load(page.next) }, "Show more"));
  const shown = list.childElementCount;
  status.textContent = parameter("q") ? `${number(shown)}${page.next ? "+" : ""} of ${counted(page.count, noun)}` : counted(page.count, noun);
  markCurrent();
}

function row(profile) {
  const values = Object.values(profile.values).flatMap((group) => Object.entries(group)).slice(0, SHOWN_VALUES);
  const known = values.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
  const link = el("a", { href: `${consolePath}/${view}${query({ key, id: profile.id, q: parameter("q") })}`, "data-id": profile.id },
    bdi(profile.id, 120), el("span", { class: "dim" }, visible(known, 160)),
    el("span", { class: "dim" }, `${counted(profile.event_count, "event")}, ${moment(profile.last_seen)}`));
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setParameters({ id: profile.id }, { push: true });
    show(profile.id);
  });
  return el("li", {}, link);
}

function markCurrent() {
  for (const link of area.querySelectorAll("a[data-id]")) {
    if (link.dataset.id === parameter("id")) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

async function show(id) {
  markCurrent();
  panel.hidden = !id;
  if (!id) return;
  const close = el("button", { type: "button", onclick: leave, "aria-label": "Close the profile" }, "Close");
  try {
    const profile = await read(keyPath(key, `/${view}/${encodeURIComponent(id)}`), { exact: true });
    if (parameter("id") !== id) return;
    panel.replaceChildren(...profileContent(key, view, profile, close));
  } catch (error) {
    panel.replaceChildren(close, el("p", { class: "error", role: "alert" }, visible(error.message, 400)));
  }
  panel.scrollTop = 0;
  if (matchMedia("(max-width: 900px)").matches) close.focus();
}

function leave() {
  const id = parameter("id");
  setParameters({ id: "" });
  show("");
  [...area.querySelectorAll("a[data-id]")].find((link) => link.dataset.id === id)?.focus();
}

let typing = 0;
const search = () => { setParameters({ q: input.value.trim() }); return load(); };
form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); search(); });
input.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 400); });
panel.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(); });
addEventListener("popstate", () => { input.value = parameter("q"); show(parameter("id")); load(); });

input.value = parameter("q");
key = await chooseKey((chosen) => { key = chosen; show(""); load(); });
if (parameter("id")) show(parameter("id"));
await load();
