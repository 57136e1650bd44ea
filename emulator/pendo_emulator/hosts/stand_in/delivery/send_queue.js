// Sends requests one at a time and in order; retries a failed request, and the next requests wait for it.

const MAX_RETRY_PAUSE = 64000;
const MAX_FAILURES = 100;

class SendQueue {
  constructor(send) {
    this.send = send;
    this.clear();
  }

  add(requests) {
    this.queue.push(...requests);
    this.advance();
  }

  advance() {
    if (this.queue.length && !this.inFlight.size) {
      this.attempt(this.queue[0], false);
    }
  }

  attempt(request, unloading) {
    this.inFlight.add(request);
    const sent = this.send(request, this.failures.get(request) || 0, unloading);
    sent.then(() => this.recordSuccess(request), () => this.recordFailure(request, unloading));
  }

  recordSuccess(request) {
    this.inFlight.delete(request);
    this.failures.clear();
    this.remove(request);
    this.advance();
  }

  remove(request) {
    this.queue = this.queue.filter((one) => one !== request);
  }

  recordFailure(request, unloading) {
    this.inFlight.delete(request);
    const failures = this.countFailure(request);
    if (failures >= MAX_FAILURES) {
      this.remove(request);
    }
    if (!unloading) {
      this.retry = setTimeout(() => {
        this.retry = 0;
        this.advance();
      }, Math.min(1000 * 2 ** (failures - 1), MAX_RETRY_PAUSE));
    }
  }

  countFailure(request) {
    this.failures.set(request, (this.failures.get(request) || 0) + 1);
    return this.failures.get(request);
  }

  // Sends the whole queue at once, on unload also requests without an answer; nothing while a retry waits: observed.
  sendAll(requests, unload) {
    this.queue.push(...requests);
    if (this.retry && this.failures.has(this.queue[0])) {
      return;
    }
    this.queue.forEach((request) => {
      const isInFlight = this.inFlight.has(request);
      if (isInFlight && unload) {
        this.countFailure(request);
      }
      if (!isInFlight || unload) {
        this.attempt(request, unload);
      }
    });
  }

  clear() {
    clearTimeout(this.retry);
    this.retry = 0;
    this.queue = [];
    this.inFlight = new Set();
    this.failures = new Map();
  }
}
