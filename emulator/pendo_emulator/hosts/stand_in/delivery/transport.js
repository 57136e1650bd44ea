// Sends requests: as an image if they fit a URL, else as a POST; on unload with fetch, which continues after the page.

const JSON_TYPE = { "Content-Type": "application/json" };

class Transport {
  constructor(agent) {
    this.agent = agent;
    this.version = agent.config.version;
    this.postOnly = agent.config.get("sendEventsWithPostOnly");
  }

  // No value is encoded: observed.
  url(target, apiKey, params) {
    const query = Object.keys(params).map((name) => `${name}=${params[name]}`);
    return `${this.agent.config.dataHost}/data/${target}/${apiKey}?${query.join("&")}`;
  }

  sendEvents({ beacon, apiKey, retries, unloading }, { jzb, params }) {
    const beaconUrl = (extra) => this.url(`${beacon}.gif`, apiKey, Object.assign(
      { v: this.version, ct: Date.now() }, extra, params, retries ? { rt: retries } : {},
    ));
    const isSmall = jzb.length <= GET_LIMIT && !this.postOnly;
    if (isSmall && !unloading) {
      return this.loadImage(beaconUrl({ jzb }));
    }
    if (isSmall && hasKeepalive()) {
      return fetchGood(beaconUrl({ jzb }), { keepalive: true });
    }
    return this.post(beaconUrl({ s: jzb.length }), { events: jzb });
  }

  post(url, body) {
    if (hasKeepalive()) {
      return fetchGood(url, { method: "POST", keepalive: true, headers: JSON_TYPE, body: JSON.stringify(body) });
    }
    const queued = navigator.sendBeacon(url, JSON.stringify(body));
    return queued ? Promise.resolve() : Promise.reject(new Error("the browser refused the beacon"));
  }

  loadImage(url) {
    return this.agent.sending ? new Promise((resolve, reject) => {
      const image = new Image();
      image.addEventListener("load", resolve);
      image.addEventListener("error", reject);
      image.src = url;
    }) : Promise.resolve();
  }

  logOversize(jzb) {
    const msg = `Single item is: ${jzb.length}. Dropping.v${this.version}`;
    this.loadImage(this.url("log.gif", this.agent.config.get("apiKey"), { msg, version: this.version })).catch(ignore);
    this.logError(jzb);
  }

  // The only URL with the API key in its query: observed.
  logError(error) {
    const url = `${this.agent.config.dataHost}/data/errorlog?apiKey=${this.agent.config.get("apiKey")}`;
    this.post(url, { error, version: `v${this.version}`, visitorId: this.agent.identity.visitorId }).catch(ignore);
  }
}

function hasKeepalive() {
  return typeof window.fetch === "function" && "keepalive" in Request.prototype;
}

// Responses to events are not read. In Chromium an unread response with a body keeps the request open: observed.
function fetchGood(url, options) {
  return fetch(url, options).then((response) => (response.ok ? response : Promise.reject(response)));
}

function ignore() {}
