// A plot of stacked bars over time, with the same numbers as a table.

import { el, svg, table, visible } from "./dom.js";
import { clock, moment, number } from "./format.js";

const HEIGHT = 160;
// The width in pixels below which two dates with times overlap.
const NARROW = 420;
const MARGIN = { left: 34, bottom: 20, top: 8 };

/**
 * Return a plot of `buckets`, a list of `{ time, counts }` with equal distances, where `counts` maps a series to a
 * number. `series` are the names from bottom to top; `classOf` gives the style of one. `width` is in pixels.
 */
export function bars(label, buckets, series, classOf, width) {
  const total = (bucket) => series.reduce((sum, name) => sum + (bucket.counts.get(name) ?? 0), 0);
  const highest = Math.max(1, ...buckets.map(total));
  const step = (width - MARGIN.left) / Math.max(1, buckets.length);
  const scale = (HEIGHT - MARGIN.top - MARGIN.bottom) / highest;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label, class: "plot" });
  for (const value of new Set([0, Math.round(highest / 2), highest])) {
    const y = HEIGHT - MARGIN.bottom - value * scale;
    picture.append(svg("line", { x1: MARGIN.left, x2: width, y1: y, y2: y, class: "axis" }),
      text(MARGIN.left - 6, y + 4, number(value), "end"));
  }
  buckets.forEach((bucket, index) => {
    let y = HEIGHT - MARGIN.bottom;
    for (const name of series) {
      const height = (bucket.counts.get(name) ?? 0) * scale;
      if (!height) continue;
      y -= height;
      const bar = svg("rect", {
        x: MARGIN.left + index * step, y, width: Math.max(1, step - 1), height, class: `bar ${classOf(name)}`,
      });
      const title = svg("title", {});
      title.textContent = `${moment(bucket.time)} ${visible(name, 60)}: ${number(bucket.counts.get(name))}`;
      bar.append(title);
      picture.append(bar);
    }
  });
  if (buckets.length) {
    const end = width < NARROW ? clock : moment;
    picture.append(text(MARGIN.left, HEIGHT - 4, end(buckets[0].time), "start"),
      text(width, HEIGHT - 4, end(buckets.at(-1).time), "end"));
  }
  return el("figure", {}, picture, legend(series, classOf), asTable(label, buckets, series));
}

function text(x, y, content, anchor) {
  const element = svg("text", { x, y, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

function legend(series, classOf) {
  return el("ul", { class: "legend" },
    series.map((name) => el("li", {}, el("span", { class: `swatch ${classOf(name)}` }), visible(name, 60))));
}

function asTable(label, buckets, series) {
  const rows = buckets.filter((bucket) => bucket.counts.size)
    .map((bucket) => [moment(bucket.time), ...series.map((name) => number(bucket.counts.get(name) ?? 0))]);
  return el("details", {}, el("summary", {}, "Show as a table"),
    table(label, ["Time", ...series.map((name) => visible(name, 60))], rows));
}
