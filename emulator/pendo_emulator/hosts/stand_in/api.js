// The public API on window.pendo, and the queue of calls before initialize().

const QUEUED = ["initialize", "identify", "updateOptions", "pageLoad", "track", "trackAgent", "clearSession"];

// The API's other functions have no effect; each returns the same value as the agent's function if there are no guides.
const NO_EFFECT = [
  [undefined, [
    "loadGuides", "initGuides", "startGuides", "stopGuides", "hideGuides", "goToStep", "guidesPayload",
    "setGuidesDisabled", "onGuideAdvanced", "onGuidePrevious", "onGuideDismissed", "onGuideSnoozed", "toggleLauncher",
    "showLauncher", "hideLauncher", "removeLauncher", "defaultLauncher", "enableLogging", "disableLogging",
    "enableDebugging", "disableDebugging", "loadResource", "addExtension", "log",
  ]],
  [false, ["showGuideByName", "showGuideById", "isGuideShown", "areGuidesDisabled", "isDebuggingEnabled"]],
  [null, ["getActiveGuide", "findGuideByName", "findGuideById", "findGuideBy", "findStepInGuide"]],
  [[], ["getActiveGuides", "getEmbeddedGuides", "validateInstall", "validateEnvironment", "validateNativeMethods"]],
];

const NO_EFFECT_LOCATION = ["addTransforms", "clearTransforms", "setUrl", "useBrowserUrl"];

function pendoStandIn(config) {
  const pendo = window.pendo || {};
  window.pendo = pendo;
  if (pendo.VERSION) {
    return;
  }
  if (config.disablePendo) {
    disable(pendo);
    return;
  }
  const agent = new Agent(pendo, config);
  Object.assign(pendo, publicApi(agent), { _q: pendo._q || [] });
  if (document.readyState === "complete") {
    makeQueuedCalls(agent);
  } else {
    window.addEventListener("load", () => makeQueuedCalls(agent));
  }
}

function disable(pendo) {
  QUEUED.forEach((name) => {
    pendo[name] = () => console.log("Pendo is currently disabled.");
  });
}

function makeQueuedCalls({ pendo, ready }) {
  if (ready || pendo._q.some(([name]) => name === "initialize")) {
    pendo._q.splice(0).filter(([name]) => QUEUED.includes(name)).forEach(([name, ...args]) => pendo[name](...args));
  }
}

// Calls before initialize() are queued, and the elements of arrays among their arguments become arguments: observed.
// initialize() itself waits until the page is loaded.
function queuedUntilReady(agent, name) {
  const call = agent.safely((...args) => agent[name](...args));
  const first = name === "initialize";
  return (...args) => {
    if (agent.ready || (first && document.readyState === "complete")) {
      call(...args);
      queueMicrotask(() => makeQueuedCalls(agent));
    } else {
      agent.pendo._q[first ? "unshift" : "push"]([name].concat(...args));
    }
  };
}

function publicApi(agent) {
  const api = Object.assign(apiWithoutEffect(), constants(agent.config), { events: agent.events });
  QUEUED.forEach((name) => {
    api[name] = queuedUntilReady(agent, name);
  });
  const immediate = Object.assign(getters(agent), commands(agent));
  Object.keys(immediate).forEach((name) => {
    api[name] = agent.safely(immediate[name]);
  });
  return api;
}

function apiWithoutEffect() {
  const api = { location: { getHref: () => location.href } };
  NO_EFFECT.forEach(([result, names]) => names.forEach((name) => {
    api[name] = () => result;
  }));
  NO_EFFECT_LOCATION.forEach((name) => {
    api.location[name] = () => undefined;
  });
  return api;
}

function constants(config) {
  return {
    VERSION: config.version,
    ENV: config.get("env"),
    LOADER: "xhr",
    TEMP_PREFIX: ANONYMOUS_PREFIX,
    SIZE_UNIQUE_ID: UNIQUE_ID_LENGTH,
    DEFAULT_VISITOR_ID: PLACEHOLDER_VISITOR,
    DEFAULT_EXPIRE_LEN: 100 * DAY,
    SEND_INTERVAL,
    MAX_LENGTH: GET_LIMIT,
  };
}

function getters(agent) {
  const visitorId = () => agent.identity.visitorId || makeAnonymousId();
  const accountId = () => agent.identity.accountId;
  const url = () => location.href;
  return {
    isReady: () => agent.ready,
    getVersion: () => agent.pendo.VERSION,
    getVisitorId: visitorId,
    get_visitor_id: visitorId,
    getAccountId: accountId,
    get_account_id: accountId,
    isAnonymousVisitor: (id = agent.identity.visitorId) => isAnonymous(id),
    getSerializedMetadata: () => JSON.parse(JSON.stringify(agent.metadata.state)),
    isSendingEvents: () => agent.sending,
    getCurrentUrl: url,
    getNormalizedUrl: url,
    generate_unique_id: (prefix = "") => prefix + randomString(UNIQUE_ID_LENGTH),
    randomString,
    doesExist: exists,
    compress,
    squeezeAndCompress: compress,
  };
}

function commands(agent) {
  return {
    flushNow: (options) => agent.flush(options),
    startSendingEvents: () => agent.startSending(),
    stopSendingEvents: () => agent.stopSending(),
    set_visitor_id: (visitorId) => agent.identify(visitorId),
    set_account_id: (accountId) => agent.identify(agent.identity.visitorId, accountId),
    teardown: () => agent.teardown(),
  };
}
