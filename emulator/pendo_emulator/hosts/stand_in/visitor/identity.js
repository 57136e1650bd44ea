// The ids of visitor and account, and their changes.

const ANONYMOUS_PREFIX = "_PENDO_T_";
const PLACEHOLDER_VISITOR = "VISITOR-UNIQUE-ID";
const DELIMITER = "::";
const UNIQUE_ID_LENGTH = 11;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomString(length) {
  return Array.from({ length }, () => ALPHABET[Math.floor(Math.random() * ALPHABET.length)]).join("");
}

function makeAnonymousId() {
  return ANONYMOUS_PREFIX + randomString(UNIQUE_ID_LENGTH);
}

// Numbers are valid ids, and so are the texts "null" and "undefined": observed.
function isValidId(value) {
  const id = ["string", "number"].includes(typeof value) ? String(value) : "";
  return id.trim() !== "" && id !== DELIMITER;
}

function isAnonymous(visitorId) {
  return typeof visitorId === "string" && visitorId.startsWith(ANONYMOUS_PREFIX);
}

// A change from one known visitor to another is not reported, a change from an anonymous to a known one is: observed.
function isReportable(change) {
  const isNamed = !isAnonymous(change.visitor_id) && change.visitor_id !== PLACEHOLDER_VISITOR;
  const hasNewAccount = isValidId(change.account_id) && change.account_id !== change.old_account_id;
  return (isAnonymous(change.old_visitor_id) && isNamed) || hasNewAccount;
}

// Stores the current ids on window.pendo, for the page, and in localStorage, for later pages.
class Identity {
  constructor(pendo, config, storage) {
    this.pendo = pendo;
    this.storage = storage;
    this.persistent = !config.get("disablePersistence");
    this.lifetime = config.get("identityStorageLifetime") || 100 * DAY;
  }

  get visitorId() {
    if (!isValidId(this.pendo.visitorId) && this.persistent) {
      const stored = this.storage.read("visitorId");
      this.pendo.visitorId = isValidId(stored) ? stored : undefined;
    }
    return this.pendo.visitorId;
  }

  ensureVisitorId() {
    if (!this.visitorId) {
      this.setVisitorId(makeAnonymousId());
    }
    return this.visitorId;
  }

  setVisitorId(visitorId) {
    if (this.pendo.visitorId !== String(visitorId)) {
      this.pendo.visitorId = String(visitorId);
      this.store("visitorId", this.pendo.visitorId);
    }
  }

  get accountId() {
    if (!isValidId(this.pendo.accountId) && this.persistent) {
      this.pendo.accountId = this.storage.read("accountId");
    }
    return this.pendo.accountId;
  }

  setAccountId(accountId) {
    if (isValidId(accountId)) {
      this.pendo.accountId = String(accountId);
      this.store("accountId", this.pendo.accountId);
    } else if (accountId !== undefined) {
      delete this.pendo.accountId;
      this.storage.clear("accountId");
    }
  }

  get oldVisitorId() {
    if (this.previousVisitorId === undefined && this.persistent) {
      this.previousVisitorId = this.storage.read("oldVisitorId");
    }
    return this.previousVisitorId;
  }

  // Returns the change; undefined if the ids stay the same.
  identify(visitorId, accountId) {
    const change = { old_visitor_id: this.visitorId, old_account_id: this.accountId };
    if (!isValidId(visitorId)) {
      return undefined;
    }
    this.setVisitorId(visitorId);
    this.setAccountId(accountId);
    Object.assign(change, { visitor_id: this.visitorId, account_id: this.accountId });
    if (change.old_visitor_id && change.old_visitor_id !== change.visitor_id) {
      this.previousVisitorId = change.old_visitor_id;
      this.storage.write("oldVisitorId", this.previousVisitorId, this.lifetime);
    }
    const changed = change.old_visitor_id !== change.visitor_id || change.old_account_id !== change.account_id;
    return changed ? change : undefined;
  }

  clear() {
    const change = { old_visitor_id: this.visitorId, old_account_id: this.accountId };
    this.forget();
    return Object.assign(change, { visitor_id: this.ensureVisitorId(), account_id: this.accountId });
  }

  forget() {
    ["visitorId", "accountId", "oldVisitorId"].forEach((name) => this.storage.clear(name));
    delete this.pendo.visitorId;
    delete this.pendo.accountId;
  }

  store(name, value) {
    if (this.persistent) {
      this.storage.write(name, value, this.lifetime);
    }
  }
}
