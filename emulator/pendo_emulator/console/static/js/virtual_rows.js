// A grid that shows any number of rows: only the rows in view are elements.

import { el } from "./dom.js";

const OVERSCAN = 8;

/**
 * Rows with the newest first. The newest item is the last of `items`, so that new ones are added cheaply.
 * `columns` are pairs of a class and a title, `fill` writes an item into the cells of a row, `open` opens an item, and
 * `needMore` is called when the last rows come into view. If the user has scrolled, new rows do not move the view.
 */
export class VirtualRows {
  constructor(parent, { label, columns, fill, open, needMore }) {
    Object.assign(this, { fill, open, needMore, items: [], pool: [], selected: null, frame: 0, first: -1 });
    this.columns = columns;
    this.spacer = el("div", { class: "rows", role: "rowgroup" });
    const heads = columns.map(([name, title]) => el("span", { role: "columnheader", class: `c-${name}` }, title));
    this.grid = el("div", { class: "grid", role: "grid", tabindex: 0, "aria-label": label, "aria-rowcount": 1 },
      el("div", { role: "rowgroup", class: "grid-head" }, el("div", { role: "row", class: "row head", "aria-rowindex": 1 }, heads)),
      this.spacer);
    parent.replaceChildren(this.grid);
    this.grid.addEventListener("scroll", () => this.schedule(), { passive: true });
    this.grid.addEventListener("keydown", (event) => this.key(event));
    this.spacer.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => { this.height = 0; this.first = -1; this.schedule(); }).observe(this.grid);
  }

  get rowHeight() {
    this.height ||= parseFloat(getComputedStyle(this.grid).getPropertyValue("--row")) || 28;
    return this.height;
  }

  get atTop() { return this.grid.scrollTop < this.rowHeight / 2; }

  reset(items) {
    this.items = items;
    this.selected = null;
    this.grid.scrollTop = 0;
    this.changed();
  }

  addNewer(items, limit) {
    if (!items.length) return;
    const keep = this.atTop ? 0 : items.length;
    this.items.push(...items);
    if (this.items.length > limit) this.items.splice(0, this.items.length - limit);
    this.changed();
    if (keep) this.grid.scrollTop += keep * this.rowHeight;
  }

  addOlder(items) {
    this.items = items.concat(this.items);
    this.changed();
  }

  changed() {
    this.first = -1;
    this.grid.setAttribute("aria-rowcount", this.items.length + 1);
    this.spacer.style.height = `${this.items.length * this.rowHeight}px`;
    this.schedule();
  }

  /** Return the item of a row; row 0 is the newest. */
  at(row) { return this.items[this.items.length - 1 - row]; }

  rowOf(item) { return this.items.length - 1 - this.items.lastIndexOf(item); }

  schedule() { this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.draw(); }); }

  draw() {
    const height = this.rowHeight;
    const from = Math.max(0, Math.floor(this.grid.scrollTop / height) - OVERSCAN);
    const count = Math.min(this.items.length - from, Math.ceil(this.grid.clientHeight / height) + 2 * OVERSCAN);
    const poolSize = Math.max(count, 0);
    if (from === this.first && poolSize === this.pool.length) return;
    while (this.pool.length < poolSize) this.pool.push(this.spacer.appendChild(this.newRow()));
    while (this.pool.length > poolSize) this.pool.pop().remove();
    // A row keeps its element while it is in view, so that a small scroll changes few elements.
    for (let row = from; row < from + poolSize; row += 1) this.place(this.pool[row % poolSize], row, height);
    this.first = from;
    this.mark();
    if (this.needMore && from + poolSize > this.items.length - 50) this.needMore();
  }

  newRow() {
    return el("div", { role: "row", class: "row" }, this.columns.map(([name]) => el("span", { role: "gridcell", class: `c-${name}` })));
  }

  place(element, row, height) {
    const item = this.at(row);
    if (element.row !== row || element.height !== height) {
      element.style.transform = `translateY(${row * height}px)`;
      element.setAttribute("aria-rowindex", row + 2);
      element.id = `row-${row}`;
      Object.assign(element, { row, height });
    }
    if (element.item !== item) {
      element.item = item;
      this.fill(element, item);
    }
  }

  mark() {
    let active = "";
    for (const element of this.pool) {
      const isSelected = element.item === this.selected;
      if (element.isSelected !== isSelected) element.setAttribute("aria-selected", isSelected);
      element.isSelected = isSelected;
      if (isSelected) active = element.id;
    }
    if (active) this.grid.setAttribute("aria-activedescendant", active);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  select(item) {
    this.selected = item;
    this.mark();
  }

  click(event) {
    const element = event.target.closest(".row");
    if (!element || event.ctrlKey || event.metaKey || event.shiftKey || getSelection().toString()) return;
    event.preventDefault();
    this.select(element.item);
    this.open(element.item);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.grid.clientHeight / this.rowHeight) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.target !== this.grid || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && this.selected) this.open(this.selected);
    else if (event.key in steps && this.items.length) this.move(steps[event.key]);
    else return;
    event.preventDefault();
  }

  move(step) {
    const current = this.selected ? this.rowOf(this.selected) : -1;
    const row = Math.min(this.items.length - 1, Math.max(0, current + step));
    this.select(this.at(row));
    const top = row * this.rowHeight;
    const room = this.grid.clientHeight - 2 * this.rowHeight;
    if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top > this.grid.scrollTop + room) this.grid.scrollTop = top - room;
    this.first = -1;
    this.schedule();
  }
}
