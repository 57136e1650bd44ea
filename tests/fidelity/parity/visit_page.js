// Plays one page of a sequence: starts the agent, makes the calls tick by tick, and leaves once all requests are answered.

const TAGS = {
  $undefined: () => undefined, $nan: () => NaN, $inf: (sign) => sign * Infinity,
  $date: (iso) => new Date(iso), $function: () => () => {},
};

let pendingRequests = 0;

function untag(value) {
  if (!(value instanceof Object)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(untag);
  }
  const [tag] = Object.keys(value);
  if (Object.hasOwn(TAGS, tag)) {
    return TAGS[tag](value[tag]);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, untag(item)]));
}

function countUntil(target, ...events) {
  pendingRequests += 1;
  events.forEach((event) => target.addEventListener(event, () => { pendingRequests -= 1; }, { once: true }));
}

function countRequests() {
  const { src } = Object.getOwnPropertyDescriptors(HTMLImageElement.prototype);
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...src,
    set(url) {
      countUntil(this, "load", "error");
      src.set.call(this, url);
    },
  });
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...body) {
    countUntil(this, "loadend");
    send.apply(this, body);
  };
  const { fetch } = window;
  window.fetch = (...request) => {
    pendingRequests += 1;
    return fetch(...request).finally(() => { pendingRequests -= 1; });
  };
}

// Waits until no request has been pending for `quietTime` milliseconds.
async function waitUntilQuiet(quietTime) {
  const sleep = (time) => new Promise((resolve) => { setTimeout(resolve, time); });
  await sleep(30);
  for (let quiet = 0; quiet < quietTime; quiet = pendingRequests ? 0 : quiet + 5) {
    await sleep(5);
  }
}

// A disabled agent has no API.
function call([method, ...args]) {
  if (method === "pushState") {
    history.pushState(null, "", ...args);
  } else if (pendo[method]) {
    pendo[method](...args);
  }
}

async function visit(json) {
  const { config, ticks, quietTime } = untag(JSON.parse(json));
  countRequests();
  startAgent(config);
  window.addEventListener("load", async () => {
    await waitUntilQuiet(15);
    for (const tick of ticks) {
      tick.forEach(call);
      await waitUntilQuiet(15);
    }
    await waitUntilQuiet(quietTime);
    location.replace("/next");
  });
}
