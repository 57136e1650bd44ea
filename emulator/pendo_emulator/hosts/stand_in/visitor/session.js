// Sessions: they end after 30 minutes without events. Also the campaign of the visit, and the ids of tab and frame.

const INACTIVITY_LIMIT = 30 * 60 * 1000;
const RANDOM_ID_LENGTH = 16;
const CAMPAIGN = ["source", "medium", "campaign", "term", "content"];

class Session {
  constructor(config, storage) {
    this.storage = storage;
    this.inactivity = config.get("inactivityDuration") || INACTIVITY_LIMIT;
    this.tab = openArea("sessionStorage");
    this.frameId = randomString(RANDOM_ID_LENGTH);
  }

  start() {
    if (!this.utm) {
      this.storage.write("utm", JSON.stringify(attribute()));
    }
  }

  get utm() {
    return JSON.parse(this.storage.read("utm")) || undefined;
  }

  get eventIds() {
    if (!this.tab.getItem("pendo_tabId")) {
      this.tab.setItem("pendo_tabId", randomString(RANDOM_ID_LENGTH));
    }
    const [parentTabId, tabId] = [this.tab.getItem("pendo_parentTabId"), this.tab.getItem("pendo_tabId")];
    return { parentTabId, tabId, frameId: this.frameId };
  }

  // Records that an event happened at a time; returns the id of its session.
  touch(time) {
    const stored = JSON.parse(this.storage.read("sessionId"));
    const expired = stored && !(time - stored.timestamp <= this.inactivity);
    const sessionId = stored && !expired ? stored.sessionId : this.renew();
    this.storage.write("sessionId", JSON.stringify({ sessionId, timestamp: time }));
    return sessionId;
  }

  renew() {
    const sessionId = randomString(RANDOM_ID_LENGTH);
    this.storage.write("sessionId", JSON.stringify({ sessionId, timestamp: Date.now() }));
    this.storage.write("utm", JSON.stringify(attribute()));
    return sessionId;
  }

  // A new session starts if the visitor changes and the last one was known, or if the browser's first one is known.
  identify(change) {
    const before = change.old_visitor_id === undefined ? change.visitor_id : change.old_visitor_id;
    if (change.visitor_id !== change.old_visitor_id && !isAnonymous(before)) {
      this.renew();
    }
  }
}

// The published agent has about twenty channels; this agent has only Direct, Referral, Other and none.
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
