// Guides: the agent asks for them whenever visitor, account, metadata or address change; this one shows none.

const URL_LIMIT = 2000;
const PROBE_LIFETIME = 4 * 60 * 60 * 1000;
const [REACHABLE, BLOCKED] = ["0", "1"];

class Guides {
  constructor(agent) {
    this.agent = agent;
    this.count = 0;
  }

  // A new address is asked for as it is now, whatever it will be by then: observed.
  reloadLater(url) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reload(url || location.href), 0);
  }

  reload(url) {
    const { identity, metadata } = this.agent;
    const asked = JSON.stringify([url, identity.visitorId, identity.accountId, metadata.hash]);
    if (asked !== this.asked && !this.disabled) {
      this.asked = asked;
      this.load(url);
    }
  }

  get disabled() {
    const { config, storage } = this.agent;
    const off = config.get("disableGuides") || config.get("guides.disabled");
    return off || storage.read("guides_blocked") === BLOCKED || !this.agent.ready || this.agent.isDropped();
  }

  load(url) {
    this.count += 1;
    this.latest = String(this.count);
    const answered = Promise.all([this.ask(url), this.probe()]);
    answered.then(([text]) => this.take(readAnswer(text))).catch(() => this.agent.events.trigger("guidesFailed"));
  }

  ask(url) {
    const { config, identity, metadata, transport } = this.agent;
    const { visitorId, accountId, oldVisitorId } = identity;
    const told = config.get("blockAgentMetadata") ? {} : { metadata: metadata.state };
    const jzb = compress(Object.assign({ visitorId, accountId, url, oldVisitorId }, told));
    const address = (carried) => transport.url("guide.json", config.get("apiKey"), Object.assign(
      { id: this.latest }, carried, { v: transport.version, ct: Date.now() },
    ));
    const post = { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ events: jzb }) };
    const asked = address({ jzb }).length > URL_LIMIT ? fetchGood(address({}), post) : fetchGood(address({ jzb }));
    return asked.then((response) => response.text(), (failure) => this.refuse(failure));
  }

  // 451 instead of guides means that this visitor must not be tracked.
  refuse(failure) {
    if (failure && (failure.status === 451 || failure.statusCode === 451)) {
      this.agent.stopTracking();
    }
    throw failure;
  }

  take(answer) {
    if (answer === null || answer.statusCode === 451) {
      this.refuse(answer);
    }
    if (typeof answer.id === "string" && answer.id !== this.latest) {
      return;
    }
    Object.assign(this.agent.pendo, answer, { guides: answer.guides || [] });
    this.agent.events.trigger("deliverablesLoaded");
    this.agent.flushLater();
    if (answer.lastGuideStepSeen) {
      this.agent.events.trigger("guidesLoaded");
    }
  }

  // Any status will do: only blockers, and answers without CORS headers, keep the request from an answer.
  probe() {
    const { config, storage, transport } = this.agent;
    if (storage.read("guides_blocked") === REACHABLE) {
      return Promise.resolve();
    }
    const params = { jzb: compress("[]"), ct: Date.now(), v: transport.version };
    const keep = (verdict) => storage.write("guides_blocked", verdict, PROBE_LIFETIME);
    const probed = fetch(transport.url("guide.gif", config.get("apiKey"), params));
    return probed.then((response) => response.text()).then(() => keep(REACHABLE), (failure) => {
      keep(BLOCKED);
      throw failure;
    });
  }
}

function readAnswer(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return {};
  }
}
