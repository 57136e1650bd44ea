// Watching the page: its address, its end, and methods that others call. Everything here returns how to stop watching.

function watchAddress(report) {
  const later = () => setTimeout(report, 0);
  return [
    tap(history, "pushState", later),
    tap(history, "replaceState", later),
    listen(window, "popstate", report),
    listen(window, "hashchange", report),
  ];
}

// Pages that must not have their exit watched are flushed whenever they are hidden.
function watchExit(config, flush) {
  const hidden = () => document.visibilityState === "hidden" && flush({ hidden: true });
  const visibility = config.get("preventUnloadListener") ? [listen(document, "visibilitychange", hidden)] : [];
  return [listen(window, "pagehide", () => flush({ unload: true })), ...visibility];
}

function listen(target, type, listener) {
  target.addEventListener(type, listener, true);
  return () => target.removeEventListener(type, listener, true);
}

function tap(owner, name, after) {
  const original = owner[name];
  owner[name] = function tapped(...args) {
    const result = original.apply(this, args);
    after(this);
    return result;
  };
  return () => {
    owner[name] = original;
  };
}

// Lets the first of a series of calls through; a series ends with a pause.
function leading(pause, call) {
  let waiting = 0;
  return (...args) => {
    if (!waiting) {
      call(...args);
    }
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = 0;
    }, pause);
  };
}
