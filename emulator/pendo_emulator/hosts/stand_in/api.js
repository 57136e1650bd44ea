// The public API: what pages find on window.pendo, and how calls made too early wait in its queue.

const QUEUED = ["initialize", "identify", "updateOptions", "pageLoad", "track", "trackAgent", "clearSession"];

// The API's other functions do nothing here; each answers as it would where there are no guides.
const INERT = [
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

const INERT_LOCATION = ["addTransforms", "clearTransforms", "setUrl", "useBrowserUrl"];

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
    drain(agent);
  } else {
    window.addEventListener("load", () => drain(agent));
  }
}

function disable(pendo) {
  QUEUED.forEach((name) => {
    pendo[name] = () => console.log("Pendo is currently disabled.");
  });
}

function drain({ pendo, ready }) {
  if (ready || pendo._q.some(([name]) => name === "initialize")) {
    pendo._q.splice(0).filter(([name]) => QUEUED.includes(name)).forEach(([name, ...args]) => pendo[name](...args));
  }
}

// Before initialize() has run, calls wait, lists among their arguments laid out: observed. initialize() itself waits for
// the page to be loaded.
function queueable(agent, name) {
  const call = agent.safely((...args) => agent[name](...args));
  const first = name === "initialize";
  return (...args) => {
    if (agent.ready || (first && document.readyState === "complete")) {
      call(...args);
      queueMicrotask(() => drain(agent));
    } else {
      agent.pendo._q[first ? "unshift" : "push"]([name].concat(...args));
    }
  };
}

function publicApi(agent) {
  const api = Object.assign(inertApi(), constants(agent.config), { events: agent.events });
  QUEUED.forEach((name) => {
    api[name] = queueable(agent, name);
  });
  const direct = Object.assign(questions(agent), commands(agent));
  Object.keys(direct).forEach((name) => {
    api[name] = agent.safely(direct[name]);
  });
  return api;
}

function inertApi() {
  const api = { location: { getHref: () => location.href } };
  INERT.forEach(([answer, names]) => names.forEach((name) => {
    api[name] = () => answer;
  }));
  INERT_LOCATION.forEach((name) => {
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

function questions(agent) {
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
