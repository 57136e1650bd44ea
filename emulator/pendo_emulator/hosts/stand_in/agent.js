// The agent of one page: applies the calls of window.pendo and sends the resulting requests.

const SEND_INTERVAL = 120000;
const NPS_TYPES = ["load", "meta", "identify"];

class Agent {
  constructor(pendo, hosted) {
    this.pendo = pendo;
    this.hosted = hosted;
    this.events = new PublicEvents();
    this.sending = true;
    this.sequence = 0;
    this.stopWatching = [];
    this.assemble({});
  }

  assemble(snippet) {
    this.config = new Config(this.hosted, snippet);
    this.storage = new Storage(this.config.get("apiKey"));
    this.identity = new Identity(this.pendo, this.config, this.storage);
    this.metadata = new Metadata(this.config, this.storage, this.identity);
    this.session = new Session(this.config, this.storage);
    this.transport = new Transport(this);
    this.guides = new Guides(this);
    this.queues = {
      ptm: new EventQueue(this, "ptm", {}),
      track: new EventQueue(this, "ptm", { type: "track" }),
      agentic: new EventQueue(this, "agentic", {}),
    };
  }

  get ready() {
    return Boolean(this.pendo.apiKey);
  }

  initialize(options) {
    const snippet = isObject(options) ? options : {};
    const [apiKey, ...additionalApiKeys] = new Config(this.hosted, snippet).apiKeys;
    if (this.ready || !apiKey) {
      return;
    }
    this.assemble(snippet);
    Object.assign(this.pendo, { apiKey, additionalApiKeys, HOST: this.config.dataHost });
    if (!this.identity.persistent) {
      this.identity.forget();
    }
    this.session.start();
    this.startWatching();
    this.updateOptions(snippet);
    if (snippet.visitorId && snippet.visitorId !== PLACEHOLDER_VISITOR) {
      this.identify(snippet.visitorId);
    }
    this.events.trigger("ready");
    document.dispatchEvent(new CustomEvent("pendo_ready"));
    this.pageLoad();
  }

  startWatching() {
    const flush = this.safely((options) => this.flush(options));
    const interval = setInterval(flush, SEND_INTERVAL);
    this.stopWatching = [
      ...watchInteractions(this.safely((...args) => this.interact(...args))),
      ...watchUrl(this.safely(() => this.pageLoad())),
      ...watchUnload(this.config, flush),
      () => clearInterval(interval),
    ];
  }

  updateOptions(options) {
    const prepared = this.metadata.prepare(isObject(options) ? options : {});
    const before = this.metadata.fingerprint;
    this.metadata.replace(prepared);
    this.setIds(prepared.visitor.id, prepared.account.id);
    const isNew = this.metadata.finishUpdate(prepared);
    if (this.config.get("blockAgentMetadata")) {
      return;
    }
    if (isNew) {
      this.collect("meta", prepared);
      this.flushLater();
    }
    if (this.metadata.fingerprint !== before) {
      this.guides.reloadLater();
    }
  }

  identify(visitorId, accountId) {
    if (isObject(visitorId)) {
      this.updateOptions(visitorId);
    } else {
      this.setIds(visitorId, accountId);
    }
  }

  setIds(visitorId, accountId) {
    if (isValidId(visitorId) && accountId !== undefined && !isValidId(accountId)) {
      this.metadata.clearAccount();
    }
    const change = this.identity.identify(visitorId, accountId);
    if (!change) {
      return;
    }
    this.guides.reloadLater();
    if (isReportable(change)) {
      this.collect("identify", change);
      this.flushLater();
    }
    this.metadata.identify(change);
    this.session.identify(change);
  }

  clearSession() {
    const change = this.identity.clear();
    this.guides.reloadLater();
    this.metadata.reset(change.visitor_id);
    this.session.identify(change);
  }

  track(name, props) {
    this.collectLabelled(name, "track", props, { name, queue: "track" });
  }

  trackAgent(type, props) {
    this.collectLabelled(type, type, props, { name: "agentic", queue: type === "track" ? "track" : "agentic" });
  }

  collectLabelled(label, type, props, options) {
    if (typeof label === "string" && label) {
      this.collect(type, isObject(props) ? props : { __err__: props }, options);
    } else {
      console.error("pendo.track() needs a name and pendo.trackAgent() a type: a string that is not empty");
    }
  }

  pageLoad(givenUrl) {
    const url = givenUrl || location.href;
    if (url === this.lastUrl) {
      return;
    }
    this.lastUrl = url;
    const framed = window === window.top ? {} : { is_frame: true };
    this.collect("load", Object.assign({ load_time: loadTime() }, framed), { url });
    this.flushLater();
    this.guides.reloadLater(location.href);
  }

  interact(event, target, extra) {
    const element = describeInteraction(event, target, extra);
    this.pageLoad();
    if (!isIgnored(element)) {
      this.collect(event.type, { target: element });
    }
  }

  isDropped() {
    return this.config.get("dropAnonymous") && isAnonymous(this.identity.visitorId);
  }

  collect(type, props, { url, name, queue = "ptm" } = {}) {
    if (this.isDropped()) {
      return;
    }
    const event = createEvent(this, type, props, { url, name });
    const excludedTypes = this.config.get("analytics.excludeEvents");
    const excluded = (Array.isArray(excludedTypes) && excludedTypes.includes(type))
      || (this.config.get("excludeNonGuideAnalytics") && queue !== "agentic")
      || (this.config.get("freeNPSData") && !NPS_TYPES.includes(type));
    if (!excluded) {
      event.sequence = this.sequence;
      this.sequence += 1;
      this.queues[queue].push(event);
    }
  }

  flushLater() {
    setTimeout(this.safely(() => this.flush()), 0);
  }

  flush(options) {
    Object.values(this.queues).forEach((queue) => queue.flush(options || {}));
  }

  startSending() {
    if (!this.sending) {
      Object.values(this.queues).forEach((queue) => queue.clear());
    }
    this.sending = true;
    return "Events will be sent.";
  }

  stopSending() {
    this.sending = false;
    return "Events will not be sent any more.";
  }

  stopTracking() {
    this.stopSending();
    Object.assign(this.pendo, { doNotProcess: true, segmentFlags: [] });
  }

  // Wraps a function so that its errors are logged and reported, but not thrown into the page.
  safely(call) {
    return (...args) => {
      try {
        return call(...args);
      } catch (error) {
        console.error(error);
        this.transport.logError(`${error}\n${error.stack}`);
        return undefined;
      }
    };
  }

  teardown() {
    this.flush({ unload: true });
    this.stopWatching.forEach((stop) => stop());
    Object.values(this.queues).forEach((queue) => queue.clear());
    this.lastUrl = undefined;
    delete this.pendo.apiKey;
  }
}
