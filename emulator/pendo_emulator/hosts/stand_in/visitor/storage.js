// The agent's entries in localStorage, some of which expire.

const DAY = 24 * 60 * 60 * 1000;

class Storage {
  constructor(apiKey) {
    this.apiKey = apiKey;
    this.local = openArea("localStorage");
  }

  read(name) {
    const raw = this.local.getItem(this.key(name));
    if (raw === null || !raw.startsWith('{"ttl":')) {
      return raw;
    }
    const entry = JSON.parse(raw);
    return entry.ttl >= Date.now() ? String(entry.value) : null;
  }

  write(name, value, lifetime) {
    const entry = lifetime ? JSON.stringify({ ttl: Date.now() + lifetime, value }) : value;
    this.local.setItem(this.key(name), entry);
  }

  clear(name) {
    this.local.removeItem(this.key(name));
  }

  key(name) {
    return `_pendo_${name}.${this.apiKey}`;
  }
}

function openArea(name) {
  try {
    return window[name];
  } catch (refusal) {
    return memoryArea();
  }
}

function memoryArea() {
  const items = new Map();
  return {
    getItem: (key) => (items.has(key) ? items.get(key) : null),
    setItem: (key, value) => items.set(key, String(value)),
    removeItem: (key) => items.delete(key),
  };
}
