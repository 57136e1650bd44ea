// Watches the page's URL, its unload, and calls of methods. Each function returns a function that stops watching.

function watchUrl(report) {
  const later = () => setTimeout(report, 0);
  return [
    wrapMethod(history, "pushState", later),
    wrapMethod(history, "replaceState", later),
    listen(window, "popstate", report),
    listen(window, "hashchange", report),
  ];
}

// With preventUnloadListener, events are also flushed when the page is hidden.
function watchUnload(config, flush) {
  const hidden = () => document.visibilityState === "hidden" && flush({ hidden: true });
  const visibility = config.get("preventUnloadListener") ? [listen(document, "visibilitychange", hidden)] : [];
  return [listen(window, "pagehide", () => flush({ unload: true })), ...visibility];
}

function listen(target, type, listener) {
  target.addEventListener(type, listener, true);
  return () => target.removeEventListener(type, listener, true);
}

function wrapMethod(owner, name, after) {
  const original = owner[name];
  owner[name] = function wrapped(...args) {
    const result = original.apply(this, args);
    after(this);
    return result;
  };
  return () => {
    owner[name] = original;
  };
}

// Calls the function only for the first call of a series; a pause without calls ends a series.
function debounceLeading(pause, call) {
  let timer = 0;
  return (...args) => {
    if (!timer) {
      call(...args);
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
    }, pause);
  };
}
