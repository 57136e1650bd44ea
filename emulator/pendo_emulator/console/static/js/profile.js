// The content of a visitor's or an account's profile.

import { query } from "./api.js";
import { bdi, copyButton, el, table, visible } from "./dom.js";
import { moment, number } from "./format.js";
import { asJson } from "./tree.js";

const { console: consolePath } = document.body.dataset;
const SOURCES = { agent: "From the agent", segmentio: "From Segment's webhook", custom: "From Pendo's API" };

/** Return the elements that show a profile. */
export function profileContent(key, view, profile, close) {
  const own = `${consolePath}/${view}${query({ key, id: profile.id })}`;
  const filter = `${view === "visitors" ? "visitor" : "account"}:${quoted(profile.id)}`;
  return [
    el("div", { class: "event-head" }, el("h2", {}, bdi(profile.id, 200)),
      el("a", { href: `/${query({ key, q: filter })}` }, "Events"),
      copyButton(() => new URL(own, location.href).href, "Copy link"), close),
    facts(key, profile),
    ...Object.entries(SOURCES).flatMap(([group, title]) => metadata(key, title, profile.metadata[group])),
    ...(profile.further_fields ? [el("p", { class: "dim" }, `${number(profile.further_fields)} more fields are not kept.`)] : []),
    ...metadataOfPendo(profile.auto),
    ...(profile.story ? story(key, profile) : []),
  ];
}

const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const shown = (value) => (typeof value === "string" ? value : asJson(value));

function link(key, view, id) {
  return el("a", { href: `${consolePath}/${view}${query({ key, id })}` }, bdi(id, 120));
}

function listed(items, further = 0) {
  if (!items.length) return null;
  const all = further ? [...items, el("span", { class: "dim" }, `${number(further)} more`)] : items;
  return all.flatMap((item, index) => (index ? [", ", item] : [item]));
}

function facts(key, profile) {
  const counts = Object.entries(profile.events).map(([type, count]) => `${visible(type, 40)} ${number(count)}`);
  const linked = (links) => listed((links ?? []).map((one) => el("span", {}, link(key, "visitors", one.id), ` (${visible(one.rule, 60)})`)), profile.further_links);
  const lines = [
    ["Kind", profile.is_anonymous === true ? "anonymous visitor" : null],
    ["First seen", moment(profile.first_seen)], ["Last seen", moment(profile.last_seen)],
    ["Events", counts.join(", ")],
    ["Account", profile.account ? link(key, "accounts", profile.account) : null],
    ["Accounts", profile.accounts?.length > 1 ? listed(profile.accounts.map((use) => link(key, "accounts", use.id)), profile.further_accounts) : null],
    ["Before", linked(profile.before)], ["Became", linked(profile.became)],
    ["Parent account", profile.parent ? link(key, "accounts", profile.parent) : null],
    ["Child accounts", listed((profile.children ?? []).map((id) => link(key, "accounts", id)), profile.further_children)],
    ["Visitors", listed((profile.visitors ?? []).map((id) => link(key, "visitors", id)),
      Math.max(0, (profile.visitor_count ?? 0) - (profile.visitors?.length ?? 0)))],
  ];
  return el("dl", { class: "facts" },
    lines.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function origin(key, { exchange, index, type, at }) {
  return el("a", { href: `${consolePath}/event${query({ key, id: `${exchange}.${index}` })}` }, `${visible(type, 40)}, ${moment(at)}`);
}

function metadata(key, title, fields) {
  const rows = Object.entries(fields ?? {}).map(([name, field]) => [
    bdi(field.display_name || name, 80), el("span", {}, bdi(shown(field.value), 300), field.is_cut ? " (cut)" : ""),
    origin(key, field.set_by), history(key, field),
  ]);
  return rows.length ? [el("h3", {}, title), table(title, ["Field", "Value", "Set by", "Before"], rows)] : [];
}

function history(key, { history: values, forgotten_values: forgotten }) {
  if (!values.length) return "";
  return el("details", {}, el("summary", {}, `${number(values.length + forgotten)} earlier`),
    el("ul", { class: "siblings" }, values.toReversed().map((value) =>
      el("li", {}, bdi(shown(value.value), 200), origin(key, value.set_by)))));
}

function metadataOfPendo(auto) {
  const value = (name, given) => (/(at|visit|updated)$/.test(name) && typeof given === "number" ? moment(given) : shown(given));
  const rows = Object.entries(auto).map(([name, given]) => [name, bdi(value(name, given), 300)]);
  return rows.length ? [el("details", { class: "part" }, el("summary", {}, "Pendo's own fields"), table("Pendo's own fields", ["Field", "Value"], rows))] : [];
}

function story(key, profile) {
  const events = profile.story.toReversed().map((event) => el("li", {}, origin(key, event), " ", bdi(event.name ?? "", 120),
    event.url ? el("span", { class: "dim" }, ` on ${visible(event.url, 120)}`) : "",
    event.anonymous_id ? el("span", { class: "dim" }, ` as ${visible(event.anonymous_id, 60)}`) : "",
    el("span", { class: "dim" }, ` by ${event.way}`)));
  return [el("h3", {}, "Story"), el("ol", { class: "story" }, events),
    profile.earlier_events ? el("p", { class: "dim" }, `${number(profile.earlier_events)} earlier events are counted only.`) : ""];
}
