// The stream of new events of a key. The browser connects again by itself, and continues after the last event.

import { keyPath } from "./api.js";

const FLUSH_MILLISECONDS = 100;

/**
 * Follow a key: `take` gets lists of new events, oldest first, at most ten times a second; `state` gets `live` or
 * `waiting`. Return a function that ends the stream.
 */
export function follow(key, q, after, take, state) {
  const source = new EventSource(keyPath(key, "/timeline/stream", { q, after }));
  let waiting = [];
  let timer = 0;
  const flush = () => {
    timer = 0;
    const events = waiting;
    waiting = [];
    take(events);
  };
  source.addEventListener("open", () => state("live"));
  source.addEventListener("error", () => state("waiting"));
  const receive = (message) => {
    waiting.push(JSON.parse(message.data));
    timer ||= setTimeout(flush, FLUSH_MILLISECONDS);
  };
  source.addEventListener("event", receive);
  source.addEventListener("message", receive);
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
