// Elements and texts. Values of senders become text nodes only; no function here reads markup.

// Control characters, line separators, zero-width characters and marks that change the direction of text.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Return a text with its invisible characters written as `\u202e`, cut after `limit` characters. */
export function visible(value, limit = 300) {
  const text = String(value ?? "");
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  const escape = (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return cut.replace(HIDDEN, escape).replace(LONE_SURROGATE, escape);
}

/** Return a new element; properties that begin with `on` are listeners, children are elements or texts. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an element of an SVG. */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Return a text in its own direction, so that it cannot reorder its neighbours. */
export const bdi = (value, limit) => el("bdi", {}, visible(value, limit));

/** Return a table with a caption for screen readers; cells are elements or texts. */
export function table(caption, heads, rows) {
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Table: ${caption}` },
    el("table", {},
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell)))))));
}

/** Return a button that copies a text and says so. */
export function copyButton(text, label = "Copy", name = label) {
  const button = el("button", { type: "button", class: "small", "aria-label": name }, label);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

export const VERDICT_TEXTS = { kept: "kept", broken: "broken", "not-judged": "not judged", warning: "warning", note: "note" };

/** Return a verdict as text with its colour. */
export function verdictMark(verdict) {
  return el("span", { class: `verdict ${verdict}` }, VERDICT_TEXTS[verdict]);
}
