// The stream of new events of a key. The browser connects again by itself, and continues after the last event.

import { keyPath } from "./api.js";

const FLUSH_MILLISECONDS = 100;
// A hidden tab closes its stream: browsers open only six connections to a server for all tabs together.
const HIDDEN_MILLISECONDS = 5000;

/** Return the events of a message: it has the members of their request once, and null for other events. */
function eventsOf({ first, events, ...request }) {
  if (!events.length) {
    const verdict = request.good ? "not-judged" : "broken";
    return [{ ...request, id: `${request.request}`, index: null, type: "request", name: null, visitor: null, account: null, verdict }];
  }
  return events.flatMap((event, position) => {
    if (!event) return [];
    const [type, name, visitor, account, kept] = event;
    const index = first + position;
    return { ...request, id: `${request.request}.${index}`, index, type, name, visitor, account, verdict: kept ? "kept" : "broken" };
  });
}

/**
 * Follow a key: `take` gets lists of new events, oldest first, at most ten times a second; `state` gets `live` or
 * `waiting`. Return a function that ends the stream.
 */
export function follow(key, q, after, take, state) {
  let source = null;
  let last = after;
  let waiting = [];
  let flushing = 0;
  let hiding = 0;

  const flush = () => {
    flushing = 0;
    const events = waiting;
    waiting = [];
    take(events);
  };
  const receive = (message) => {
    last = message.lastEventId || last;
    waiting.push(...eventsOf(JSON.parse(message.data)));
    flushing ||= setTimeout(flush, FLUSH_MILLISECONDS);
  };
  const open = () => {
    source = new EventSource(keyPath(key, "/timeline/stream", { q, after: last, by: "request" }));
    source.addEventListener("open", () => state("live"));
    source.addEventListener("error", () => state("waiting"));
    source.addEventListener("message", receive);
  };
  const close = () => {
    source?.close();
    source = null;
  };
  const adapt = () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(close, HIDDEN_MILLISECONDS);
    else if (!source) open();
  };

  document.addEventListener("visibilitychange", adapt);
  open();
  return () => {
    document.removeEventListener("visibilitychange", adapt);
    clearTimeout(hiding);
    clearTimeout(flushing);
    close();
  };
}
