// Requests guides when visitor, account, metadata or URL change; does not show guides.

const URL_LIMIT = 2000;
const PROBE_LIFETIME = 4 * 60 * 60 * 1000;
const [REACHABLE, BLOCKED] = ["0", "1"];

class Guides {
  constructor(agent) {
    this.agent = agent;
    this.requestCount = 0;
  }

  // A given URL is used even if the page has another URL at the time of the request: observed.
  reloadLater(url) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reload(url || location.href), 0);
  }

  reload(url) {
    const { identity, metadata } = this.agent;
    const key = JSON.stringify([url, identity.visitorId, identity.accountId, metadata.hash]);
    if (key !== this.lastKey && !this.disabled) {
      this.lastKey = key;
      this.load(url);
    }
  }

  get disabled() {
    const { config, storage } = this.agent;
    const off = config.get("disableGuides") || config.get("guides.disabled");
    return off || storage.read("guides_blocked") === BLOCKED || !this.agent.ready || this.agent.isDropped();
  }

  load(url) {
    this.requestCount += 1;
    this.latest = String(this.requestCount);
    Promise.all([this.requestGuides(url), this.probe()])
      .then(([text]) => this.applyGuides(parseJson(text)))
      .catch(() => this.agent.events.trigger("guidesFailed"));
  }

  requestGuides(url) {
    const { config, identity, metadata, transport } = this.agent;
    const { visitorId, accountId, oldVisitorId } = identity;
    const metadataMember = config.get("blockAgentMetadata") ? {} : { metadata: metadata.state };
    const jzb = compress(Object.assign({ visitorId, accountId, url, oldVisitorId }, metadataMember));
    const guideUrl = (extra) => transport.url("guide.json", config.get("apiKey"), Object.assign(
      { id: this.latest }, extra, { v: transport.version, ct: Date.now() },
    ));
    const post = { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ events: jzb }) };
    const isLong = guideUrl({ jzb }).length > URL_LIMIT;
    const sent = isLong ? fetchGood(guideUrl({}), post) : fetchGood(guideUrl({ jzb }));
    return sent.then((response) => response.text(), (failure) => this.fail(failure));
  }

  // Status 451 means that this visitor must not be tracked.
  fail(failure) {
    if (failure && (failure.status === 451 || failure.statusCode === 451)) {
      this.agent.stopTracking();
    }
    throw failure;
  }

  applyGuides(body) {
    if (body === null || body.statusCode === 451) {
      this.fail(body);
    }
    if (typeof body.id === "string" && body.id !== this.latest) {
      return;
    }
    Object.assign(this.agent.pendo, body, { guides: body.guides || [] });
    this.agent.events.trigger("deliverablesLoaded");
    this.agent.flushLater();
    if (body.lastGuideStepSeen) {
      this.agent.events.trigger("guidesLoaded");
    }
  }

  // Any status counts as reachable: the request fails only if it is blocked or if the response has no CORS headers.
  probe() {
    const { config, storage, transport } = this.agent;
    if (storage.read("guides_blocked") === REACHABLE) {
      return Promise.resolve();
    }
    const params = { jzb: compress("[]"), ct: Date.now(), v: transport.version };
    const storeResult = (result) => storage.write("guides_blocked", result, PROBE_LIFETIME);
    const probed = fetch(transport.url("guide.gif", config.get("apiKey"), params));
    return probed.then((response) => response.text()).then(() => storeResult(REACHABLE), (failure) => {
      storeResult(BLOCKED);
      throw failure;
    });
  }
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return {};
  }
}
