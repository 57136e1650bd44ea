// Reads one event with its request from the control API.

import { ApiError, keyPath, read } from "./api.js";

const SECRET = /^(authorization|cookie)$/i;
const NOT_SENT_AGAIN = new Set(["host", "content-length", "connection", "accept-encoding", "transfer-encoding"]);

/** Return an event with its request, its violations and its relatives; throw ApiError if it is not recorded. */
export async function readEvent(key, id) {
  const [number, position] = id.split(".");
  const page = await read(keyPath(key, "/exchanges", { after: number - 1, limit: 1, unknown: "allow" }), { exact: true });
  const [exchange] = page.exchanges;
  if (String(exchange?.id) !== number) throw new ApiError(404, { title: `event ${id} is not recorded, or was deleted` });
  return described(exchange, position === undefined ? null : Number(position));
}

/** Return what the rules say about an event; this can take seconds for a key with many requests. */
export async function readRules(key, id) {
  const [number, position] = id.split(".").map(Number);
  const { findings } = await read(keyPath(key, "/findings"));
  const isHere = (place) => place.exchange === number && (place.event === null || place.event === position);
  return findings
    .filter(({ rule, where }) => !rule.includes("#") && where.some(isHere))
    .map(({ rule, severity, what, fix }) => ({ rule, severity, message: what, fix }));
}

function described(exchange, index) {
  const events = eventsOf(exchange);
  const own = index === null ? {} : events[index] ?? {};
  const verdictOf = (at) => exchange.verdicts.find((verdict) => verdict.index === at);
  const body = exchange.body ?? exchange.body_base64 ?? "";
  return {
    id: index === null ? String(exchange.id) : `${exchange.id}.${index}`,
    type: index === null ? "request" : text(own.type) ?? exchange.endpoint,
    name: text(own.track_event_name ?? own.event),
    visitor: text(own.visitor_id ?? own.visitorId ?? own.userId),
    account: text(own.account_id ?? own.accountId ?? own.groupId),
    verdict: index === null ? requestVerdict(exchange) : verdictOf(index)?.kept === false ? "broken" : "kept",
    time: exchange.received_at, place: exchange.host, endpoint: exchange.endpoint, status: exchange.status,
    fault: exchange.fault, rejection: "", notJudged: exchange.not_judged, notes: exchange.notes,
    payload: index === null ? exchange.payload : events[index], hasPayload: exchange.payload !== null,
    whole: exchange.payload ?? undefined,
    violations: index === null ? [] : listed(verdictOf(index)),
    requestViolations: listed(verdictOf(null)),
    siblings: events.map((event, at) => ({
      id: `${exchange.id}.${at}`, type: text(event?.type) ?? exchange.endpoint, name: text(event?.track_event_name ?? event?.event),
      verdict: verdictOf(at)?.kept === false ? "broken" : "kept",
    })).filter((_, at) => at !== index),
    request: {
      method: exchange.method, url: exchange.url, headers: exchange.headers, body, jzb: packed(exchange),
    },
    curl: curl(exchange),
  };
}

const text = (value) => (typeof value === "string" ? value : null);
const requestVerdict = (exchange) => (exchange.not_judged ? "not-judged" : exchange.good ? "kept" : "broken");

function eventsOf({ payload }) {
  if (payload === null) return [];
  return Array.isArray(payload) ? payload : [payload];
}

function listed(verdict) {
  if (!verdict) return [];
  const found = (violation, severity) => ({ ...violation, severity, reference: `${violation.contract}: ${violation.rule}` });
  return [...verdict.violations.map((one) => found(one, "")), ...verdict.warnings.map((one) => found(one, "warning"))];
}

function packed({ url, body }) {
  const sent = /[?&]jzb=([^&#]*)/.exec(url)?.[1];
  if (sent) return sent;
  try { return text(JSON.parse(body ?? "").events) ?? ""; } catch { return ""; }
}

const quoted = (value) => `'${value.replaceAll("'", "'\\''")}'`;

/** Return the command that sends a request again to this emulator, without the sender's credentials. */
function curl({ method, url, headers, body, body_base64: packedBody }) {
  const [, host = "", path = ""] = /^[a-z]+:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  const lines = ["curl -i"];
  if (method !== "GET") lines.push(`-X ${method}`);
  for (const [name, value] of Object.entries(headers)) {
    if (!NOT_SENT_AGAIN.has(name) && !SECRET.test(name)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body) lines.push(`--data-binary ${quoted(body)}`);
  lines.push(quoted(`${location.origin}/_host/${host}${path}`));
  const command = lines.join(" \\\n  ");
  return packedBody ? `echo ${packedBody} | base64 -d | ${command.replace("curl -i", "curl -i --data-binary @-")}` : command;
}
