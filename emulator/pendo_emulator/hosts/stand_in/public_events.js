// The events to which pages can listen, for example with pendo.events.ready(callback).

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
