// A JSON value as a tree of lines that can be closed and copied, with the violations beside the fields they are about.

import { copyButton, el, visible } from "./dom.js";
import { number } from "./format.js";

const SHOWN_CHILDREN = 200;
const SHOWN_CHARACTERS = 400;
const OPEN_DEPTH = 3;

const isContainer = (value) => typeof value === "object" && value !== null;
const escapeToken = (name) => String(name).replaceAll("~", "~0").replaceAll("/", "~1");
const exact = (_, value) => (typeof value === "bigint" ? JSON.rawJSON(String(value)) : value);

/** Return a value as indented JSON. */
export const asJson = (value) => JSON.stringify(value, exact, 2);

/**
 * Return a tree of `value`. `notes` maps a JSON Pointer to elements that are shown beside that value; a pointer to a
 * value that is missing is shown beside the nearest parent. `lines` maps a member to the line of its contract.
 */
export function tree(value, notes = new Map(), lines = new Map()) {
  return el("ul", { class: "tree" }, node("", value, "", { notes: attach(value, notes), lines }, 0));
}

/** Return the notes with each pointer replaced by the longest part of it that exists in the value. */
function attach(value, notes) {
  const attached = new Map();
  for (const [pointer, elements] of notes) {
    const place = existing(value, pointer);
    attached.set(place, [...(attached.get(place) ?? []), ...elements]);
  }
  return attached;
}

function existing(value, pointer) {
  let place = "";
  let current = value;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!isContainer(current) || !Object.hasOwn(current, name)) break;
    current = current[name];
    place += `/${token}`;
  }
  return place;
}

function node(name, value, pointer, about, depth) {
  const { notes } = about;
  const label = name === "" && pointer === "" ? null : el("span", { class: "tree-name" }, visible(name, 120));
  const beside = notes.get(pointer) ?? [];
  const copy = copyButton(() => (typeof value === "string" ? value : asJson(value)), "copy", `Copy ${visible(name || "the value", 60)}`);
  const place = depth === 1 ? lineOf(about.lines.get(name)) : null;
  const item = el("li", { class: beside.length ? "tree-item flawed" : "tree-item" });
  if (!isContainer(value)) {
    item.append(el("div", { class: "tree-line" }, label, leaf(value), copy, place), ...beside);
    return item;
  }
  const entries = Array.isArray(value) ? value.map((child, index) => [index, child]) : Object.entries(value);
  const inside = [...notes.keys()].some((place) => place.startsWith(`${pointer}/`));
  const summary = el("summary", { class: "tree-line" }, label, el("span", { class: "tree-size" }, size(value, entries)));
  const details = el("details", {}, summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(children(entries, pointer, about, depth));
  });
  details.open = entries.length > 0 && (depth < OPEN_DEPTH || inside);
  if (details.open) details.append(children(entries, pointer, about, depth));
  item.append(el("div", { class: "tree-box" }, details, el("span", { class: "tree-side" }, copy, place)), ...beside);
  return item;
}

/** Return the place of a member in its contract; the lines themselves are its tooltip. */
function lineOf(lines) {
  if (!lines) return null;
  return el("span", { class: "tree-place", title: visible(lines.snippet, 600) }, `${lines.file.replace(/^.*\//, "")}:${lines.line}`);
}

function size(value, entries) {
  const count = number(entries.length);
  return Array.isArray(value) ? `[${count}]` : `{${count}}`;
}

function children(entries, pointer, about, depth) {
  const list = el("ul", {});
  const show = (from) => {
    const part = entries.slice(from, from + SHOWN_CHILDREN);
    list.append(...part.map(([name, child]) => node(name, child, `${pointer}/${escapeToken(name)}`, about, depth + 1)));
    const left = entries.length - from - part.length;
    if (left <= 0) return;
    const more = el("button", { type: "button", class: "small" }, `Show more (${number(left)})`);
    more.addEventListener("click", () => { more.parentElement.remove(); show(from + SHOWN_CHILDREN); });
    list.append(el("li", {}, more));
  };
  show(0);
  return list;
}

function leaf(value) {
  if (typeof value !== "string") return el("span", { class: `tree-${value === null ? "null" : typeof value}` }, String(value));
  const text = el("bdi", { class: "tree-string" }, `"${visible(value, SHOWN_CHARACTERS)}"`);
  if (value.length <= SHOWN_CHARACTERS) return text;
  const box = el("span", { class: "tree-long" }, text);
  const all = el("button", { type: "button", class: "small" }, `Show all ${number(value.length)} characters`);
  all.addEventListener("click", () => {
    const area = el("textarea", { readonly: true, rows: 8, "aria-label": "The whole text" });
    area.value = visible(value, Infinity);
    box.replaceChildren(area);
    area.focus();
  });
  box.append(all);
  return box;
}
