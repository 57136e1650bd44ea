// One page of a sequence: starts the agent, makes the calls tick by tick, and moves on when all is answered.

const TAGS = {
  $undefined: () => undefined, $nan: () => NaN, $inf: (sign) => sign * Infinity,
  $date: (iso) => new Date(iso), $function: () => () => {},
};

let underWay = 0;

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

function begin(target, ...ends) {
  underWay += 1;
  ends.forEach((end) => target.addEventListener(end, () => { underWay -= 1; }, { once: true }));
}

function countRequests() {
  const { src } = Object.getOwnPropertyDescriptors(HTMLImageElement.prototype);
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...src,
    set(url) {
      begin(this, "load", "error");
      src.set.call(this, url);
    },
  });
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (...body) {
    begin(this, "loadend");
    send.apply(this, body);
  };
  const { fetch } = window;
  window.fetch = (...request) => {
    underWay += 1;
    return fetch(...request).finally(() => { underWay -= 1; });
  };
}

// Two rounds of the event loop or more without a request under way; `patience` is in milliseconds.
async function settle(patience) {
  const sleep = (time) => new Promise((resolve) => { setTimeout(resolve, time); });
  await sleep(30);
  for (let quiet = 0; quiet < patience; quiet = underWay ? 0 : quiet + 5) {
    await sleep(5);
  }
}

// Where Pendo is disabled there is no API at all.
function call([method, ...args]) {
  if (method === "pushState") {
    history.pushState(null, "", ...args);
  } else if (pendo[method]) {
    pendo[method](...args);
  }
}

async function visit(json) {
  const { config, ticks, patience } = untag(JSON.parse(json));
  countRequests();
  startAgent(config);
  window.addEventListener("load", async () => {
    await settle(15);
    for (const tick of ticks) {
      tick.forEach(call);
      await settle(15);
    }
    await settle(patience);
    location.replace("/next");
  });
}
