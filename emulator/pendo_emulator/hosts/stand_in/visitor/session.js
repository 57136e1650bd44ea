// Session: half an hour of one visitor in one browser, what brought them, and the ids of tab and frame.

const INACTIVITY = 30 * 60 * 1000;
const TRACER_LENGTH = 16;
const CAMPAIGN = ["source", "medium", "campaign", "term", "content"];

class Session {
  constructor(config, storage) {
    this.storage = storage;
    this.inactivity = config.get("inactivityDuration") || INACTIVITY;
    this.tab = openArea("sessionStorage");
    this.frameId = randomString(TRACER_LENGTH);
  }

  start() {
    if (!this.utm) {
      this.storage.write("utm", JSON.stringify(attribute()));
    }
  }

  get utm() {
    return JSON.parse(this.storage.read("utm")) || undefined;
  }

  get tracers() {
    if (!this.tab.getItem("pendo_tabId")) {
      this.tab.setItem("pendo_tabId", randomString(TRACER_LENGTH));
    }
    const [parentTabId, tabId] = [this.tab.getItem("pendo_parentTabId"), this.tab.getItem("pendo_tabId")];
    return { parentTabId, tabId, frameId: this.frameId };
  }

  // Counts an event and names the session it belongs to.
  touch(time) {
    const stored = JSON.parse(this.storage.read("sessionId"));
    const expired = stored && !(time - stored.timestamp <= this.inactivity);
    const sessionId = stored && !expired ? stored.sessionId : this.renew();
    this.storage.write("sessionId", JSON.stringify({ sessionId, timestamp: time }));
    return sessionId;
  }

  renew() {
    const sessionId = randomString(TRACER_LENGTH);
    this.storage.write("sessionId", JSON.stringify({ sessionId, timestamp: Date.now() }));
    this.storage.write("utm", JSON.stringify(attribute()));
    return sessionId;
  }

  // Another visitor after a known one is another session; so is a known one after nobody.
  identify(change) {
    const before = change.old_visitor_id === undefined ? change.visitor_id : change.old_visitor_id;
    if (change.visitor_id !== change.old_visitor_id && !isAnonymous(before)) {
      this.renew();
    }
  }
}

// The real agent tells some twenty channels apart, this one only these four: Direct, Referral, Other and none.
function attribute() {
  const query = new URLSearchParams(location.search);
  const utm = {};
  CAMPAIGN.filter((name) => query.has(`utm_${name}`)).forEach((name) => {
    utm[name] = query.get(`utm_${name}`);
  });
  const referrer = document.referrer && new URL(document.referrer).hostname;
  if (utm.medium || utm.source) {
    utm.channel = "Other";
  } else if (referrer !== location.hostname) {
    utm.channel = referrer ? "Referral" : "Direct";
  }
  return referrer ? Object.assign(utm, { referrer }) : utm;
}
