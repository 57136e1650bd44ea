// Collects events and sends them in batches, limited by their expected compressed size.

// In characters of jzb: observed.
const GET_LIMIT = 1900;
const POST_LIMIT = 65536;
// The compression ratios that the agent expects for one event, for two events, and for more events.
const EXPECTED_RATIOS = [2.5, 3.75, 5];

class EventQueue {
  constructor(agent, beacon, params) {
    this.agent = agent;
    this.beacon = beacon;
    this.params = params;
    this.limit = agent.config.get("sendEventsWithPostOnly") ? POST_LIMIT : GET_LIMIT;
    this.events = [];
    this.batches = [];
    this.sendQueues = agent.config.apiKeys.map((apiKey) => new SendQueue((request, retries, unloading) =>
      agent.transport.sendEvents({ beacon, apiKey, retries, unloading }, request)));
  }

  push(event) {
    this.events.push(event);
    for (let size = fullBatchSize(this.events, this.limit); size; size = fullBatchSize(this.events, this.limit)) {
      this.batches.push(this.events.splice(0, size));
    }
  }

  flush({ unload, hidden }) {
    const batches = this.batches.concat([this.events]).filter((batch) => batch.length);
    this.batches = [];
    this.events = [];
    const requests = this.agent.sending ? [].concat(...batches.map((batch) => this.pack(batch))) : [];
    this.sendQueues.forEach((queue) => (unload || hidden ? queue.sendAll(requests, unload) : queue.add(requests)));
  }

  // A batch that is too large after compression is halved; a single event that is too large is dropped: observed.
  pack(events) {
    const jzb = compress(events);
    if (jzb.length <= POST_LIMIT) {
      const { source } = events[0].props || {};
      return [{ jzb, params: Object.assign({}, this.params, source ? { source } : {}) }];
    }
    if (events.length === 1) {
      this.agent.transport.logOversize(jzb);
      return [];
    }
    const middle = Math.floor(events.length / 2);
    return this.pack(events.slice(0, middle)).concat(this.pack(events.slice(middle)));
  }

  clear() {
    this.events = [];
    this.batches = [];
    this.sendQueues.forEach((queue) => queue.clear());
  }
}

// Returns the number of events at the start that form a full batch; 0 if more events may fit.
// If the first event is too large for a GET, the batch accepts only such events.
function fullBatchSize(events, limit) {
  const large = events.length > 0 && expectedSize(sizeOf(events[0]), 1) > limit;
  let total = 0;
  for (let index = 0; index < events.length; index += 1) {
    const bytes = sizeOf(events[index]);
    total += bytes;
    const mixesSmall = large && expectedSize(bytes, 1) <= limit;
    if (mixesSmall || expectedSize(total, index + 1) > (large ? POST_LIMIT : limit)) {
      return Math.max(index, 1);
    }
  }
  return 0;
}

function expectedSize(bytes, count) {
  return Math.ceil(bytes / EXPECTED_RATIOS[Math.min(count, EXPECTED_RATIOS.length) - 1]);
}

function sizeOf(event) {
  event.bytes = event.bytes || JSON.stringify(event).length;
  return event.bytes;
}
