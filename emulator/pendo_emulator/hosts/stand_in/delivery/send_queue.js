// Send queue: requests in strict order, one at a time; one that fails blocks those behind it until it gets through.

const SLOWEST_RETRY = 64000;
const FAILURES_LIMIT = 100;

class SendQueue {
  constructor(send) {
    this.send = send;
    this.clear();
  }

  add(requests) {
    this.waiting.push(...requests);
    this.advance();
  }

  advance() {
    if (this.waiting.length && !this.inFlight.size) {
      this.attempt(this.waiting[0], false);
    }
  }

  attempt(request, leaving) {
    this.inFlight.add(request);
    const sent = this.send(request, this.failures.get(request) || 0, leaving);
    sent.then(() => this.settle(request), () => this.postpone(request, leaving));
  }

  settle(request) {
    this.inFlight.delete(request);
    this.failures.clear();
    this.remove(request);
    this.advance();
  }

  remove(request) {
    this.waiting = this.waiting.filter((one) => one !== request);
  }

  postpone(request, leaving) {
    this.inFlight.delete(request);
    const failures = this.countFailure(request);
    if (failures >= FAILURES_LIMIT) {
      this.remove(request);
    }
    if (!leaving) {
      this.retry = setTimeout(() => {
        this.retry = 0;
        this.advance();
      }, Math.min(1000 * 2 ** (failures - 1), SLOWEST_RETRY));
    }
  }

  countFailure(request) {
    this.failures.set(request, (this.failures.get(request) || 0) + 1);
    return this.failures.get(request);
  }

  // Sends all there is at once, what is in flight a second time; a queue that waits to retry sends nothing: observed.
  sendAll(requests, unload) {
    this.waiting.push(...requests);
    if (this.retry && this.failures.has(this.waiting[0])) {
      return;
    }
    this.waiting.forEach((request) => {
      const underway = this.inFlight.has(request);
      if (underway && unload) {
        this.countFailure(request);
      }
      if (!underway || unload) {
        this.attempt(request, unload);
      }
    });
  }

  clear() {
    clearTimeout(this.retry);
    this.retry = 0;
    this.waiting = [];
    this.inFlight = new Set();
    this.failures = new Map();
  }
}
