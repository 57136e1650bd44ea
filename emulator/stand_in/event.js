// Event: what every event carries, whatever its type.

function createEvent(agent, type, props, { url, name } = {}) {
  const time = Date.now();
  const ids = { visitor_id: agent.identity.settleVisitorId(), account_id: agent.identity.accountId };
  const event = Object.assign({ type, browser_time: time }, ids, { url: url || location.href, props });
  Object.assign(event, agent.session.tracers, type === "track" ? { track_event_name: name } : {});
  return Object.assign(event, { sessionId: agent.session.touch(time), utm: agent.session.utm });
}

function loadTime() {
  const [timing] = performance.getEntriesByType("navigation");
  return timing ? timing.loadEventStart - timing.fetchStart : -1;
}

// The events that pages can listen to, as in pendo.events.ready(callback).
const PUBLIC_EVENTS = [
  "ready", "guidesLoaded", "guidesFailed", "deliverablesLoaded", "onClickCaptured",
  "validateGuide", "validateLauncher", "validateGlobalScript",
];

class PublicEvents {
  constructor() {
    this.listeners = {};
    PUBLIC_EVENTS.forEach((name) => {
      this[name] = (callback) => this.on(name, callback);
    });
  }

  on(name, callback) {
    this.listeners[name] = (this.listeners[name] || []).concat(callback);
    return () => this.off(name, callback);
  }

  off(name, callback) {
    this.listeners[name] = (this.listeners[name] || []).filter((one) => one !== callback);
  }

  one(name, callback) {
    const off = this.on(name, (...args) => {
      off();
      callback(...args);
    });
    return off;
  }

  once(name, callback) {
    return this.one(name, callback);
  }

  trigger(name, ...args) {
    (this.listeners[name] || []).forEach((callback) => callback(...args));
  }
}
