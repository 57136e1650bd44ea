// Metadata of visitor, account and parent account, and whether they were already sent to Pendo.

const KINDS = ["visitor", "account", "parentAccount"];

class Metadata {
  constructor(config, storage, identity) {
    this.version = config.version;
    this.storage = storage;
    this.identity = identity;
    this.selfHosted = isSelfHosted(config.get("apiKey"));
    this.latest = {};
    this.state = { visitor: {}, account: {}, parentAccount: {} };
  }

  prepare(options) {
    const members = KINDS.map((kind) => Object.assign({}, isObject(options[kind]) && options[kind]));
    const [visitor, account, parentAccount] = members;
    joinParent(account, parentAccount);
    if (visitor.id === PLACEHOLDER_VISITOR) {
      delete visitor.id;
    }
    visitor.id = isValidId(visitor.id) ? String(visitor.id) : this.identity.ensureVisitorId();
    visitor.language = ((navigator.languages || [])[0] || navigator.language || "").replace(/-/g, "_");
    const prepared = { visitor, account, parentAccount, date: today(), version: this.version };
    return JSON.parse(JSON.stringify(Object.assign(prepared, this.selfHosted ? { selfHosted: true } : {})));
  }

  // New metadata replace the old ones; they are not merged: observed.
  replace(prepared) {
    Object.assign(this.latest, prepared);
    this.state = Object.assign({}, this.latest);
  }

  // The state as text; equal states give equal texts, even if their members have another order.
  get fingerprint() {
    const sorted = (_, value) => (isObject(value) && !Array.isArray(value) ? Object.entries(value).sort() : value);
    return JSON.stringify(this.state, sorted);
  }

  // Sets the current ids in prepared metadata; returns whether the metadata differ from the last reported metadata.
  finishUpdate(prepared) {
    prepared.visitor.id = this.identity.visitorId;
    prepared.account.id = this.identity.accountId;
    const last = this.hash === undefined ? this.storage.read("meta") : String(this.hash);
    this.hash = crc32(prepared);
    if (last === String(this.hash)) {
      return false;
    }
    this.storage.write("meta", this.hash, this.identity.lifetime);
    return true;
  }

  identify(change) {
    this.latest.visitor = Object.assign({}, this.latest.visitor, { id: change.visitor_id });
    this.latest.account = Object.assign({}, this.latest.account, { id: change.account_id });
    this.state = Object.assign({}, this.latest);
  }

  clearAccount() {
    delete this.latest.account;
    this.state.account = {};
  }

  reset(visitorId) {
    this.storage.clear("meta");
    const unknown = { date: null, version: null, selfHosted: null };
    this.state = Object.assign({ visitor: { id: visitorId }, account: {}, parentAccount: {} }, unknown);
  }
}

// The id of an account with a parent becomes `<parent>::<account>`, unless it already contains a parent's id.
function joinParent(account, parentAccount) {
  if (isValidId(account.id)) {
    account.id = String(account.id);
  }
  if (!isValidId(account.id) || !isValidId(parentAccount.id)) {
    return;
  }
  if (account.id.includes(DELIMITER)) {
    parentAccount.id = account.id.split(DELIMITER)[0];
  } else {
    account.id = `${parentAccount.id}${DELIMITER}${account.id}`;
  }
}

function today() {
  const date = new Date();
  const pad = (number) => String(number).padStart(2, "0");
  return `${pad(date.getDate())}/${pad(date.getMonth() + 1)}/${date.getFullYear()}`;
}

function isSelfHosted(apiKey) {
  return !Array.from(document.scripts).some((script) => script.src.endsWith(`/agent/static/${apiKey}/pendo.js`));
}
