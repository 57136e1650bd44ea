// The agent's options, read from its downloaded configuration and from the page's snippet.

// The published agent that this one imitates.
const PACKAGE_VERSION = "2.291.4";

const HOSTED_FIRST = ["apiKey", "additionalApiKeys"];
const HOSTED_ONLY = ["blockAgentMetadata", "dropAnonymous", "env", "freeNPSData", "server", "version"];
const SNIPPET_ONLY = ["disableGuides", "guides.disabled"];

class Config {
  constructor(hosted, snippet) {
    this.hosted = hosted;
    this.snippet = snippet;
  }

  get(path) {
    const values = this.sources(path).map((source) => member(source, path));
    return values.find(exists);
  }

  sources(path) {
    if (HOSTED_ONLY.includes(path)) {
      return [this.hosted];
    }
    if (SNIPPET_ONLY.includes(path)) {
      return [this.snippet];
    }
    return HOSTED_FIRST.includes(path) ? [this.hosted, this.snippet] : [this.snippet, this.hosted];
  }

  list(path) {
    return [].concat(this.get(path) || []);
  }

  // A hosted value without a scheme gets https://; the snippet's value is used unchanged: observed.
  get dataHost() {
    const hosted = this.hosted.dataHost || this.hosted.server || "";
    return this.snippet.dataHost || (hosted && !hosted.includes("://") ? `https://${hosted}` : hosted);
  }

  get version() {
    return this.get("version") || `${PACKAGE_VERSION}_${this.get("env")}`;
  }

  get apiKeys() {
    return [this.get("apiKey")].concat(this.list("additionalApiKeys")).filter(Boolean);
  }
}

function member(source, path) {
  return path.split(".").reduce((value, name) => (exists(value) ? value[name] : undefined), source);
}

function exists(value) {
  return value !== undefined && value !== null;
}

function isObject(value) {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
