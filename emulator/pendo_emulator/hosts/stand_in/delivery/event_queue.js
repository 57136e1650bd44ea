// Event queue: events wait in memory and leave together, as many as are expected to fit once they are compressed.

const GET_LIMIT = 1900;
const POST_LIMIT = 65536;
const EXPECTED_RATIOS = [2.5, 3.75, 5];

class EventQueue {
  constructor(agent, beacon, params) {
    this.agent = agent;
    this.beacon = beacon;
    this.params = params;
    this.limit = agent.config.get("sendEventsWithPostOnly") ? POST_LIMIT : GET_LIMIT;
    this.events = [];
    this.batches = [];
    this.sendQueues = agent.config.apiKeys.map((apiKey) => new SendQueue((request, retries, leaving) =>
      agent.transport.sendEvents({ beacon, apiKey, retries, leaving }, request)));
  }

  push(event) {
    this.events.push(event);
    for (let size = cut(this.events, this.limit); size; size = cut(this.events, this.limit)) {
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

  // A batch that turns out too large is halved; an event that is too large alone is lost: observed.
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

// Says how many of the first events are a full batch; 0 while there may be room for more.
// Where the first one is too large for a GET, only such events go with it.
function cut(events, limit) {
  const large = events.length > 0 && expectedSize(measure(events[0]), 1) > limit;
  let total = 0;
  for (let index = 0; index < events.length; index += 1) {
    const bytes = measure(events[index]);
    total += bytes;
    const turnsSmall = large && expectedSize(bytes, 1) <= limit;
    if (turnsSmall || expectedSize(total, index + 1) > (large ? POST_LIMIT : limit)) {
      return Math.max(index, 1);
    }
  }
  return 0;
}

function expectedSize(bytes, count) {
  return Math.ceil(bytes / EXPECTED_RATIOS[Math.min(count, EXPECTED_RATIOS.length) - 1]);
}

function measure(event) {
  event.bytes = event.bytes || JSON.stringify(event).length;
  return event.bytes;
}
