// Runs one case on a page whose window.pendo only records calls; returns a result in the form of the published cases.
async (c) => {
  const tag = (value) => value === undefined ? { $undefined: true }
    : Array.isArray(value) ? value.map(tag)
    : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, tag(v)])) : value;
  let calls = [];
  const scripts = [];
  const call = (method) => (...args) => {
    calls.push({ method, args: tag(structuredClone(args)) });
    if (method === c.sdk_throws) throw new Error(`sdk ${method} failed`);
  };
  if (c.sdk !== 'stub') window.pendo = Object.fromEntries(['initialize', 'identify', 'track'].map((m) => [m, call(m)]));
  new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) => {
    if (node.src) scripts.push({ src: node.getAttribute('src'), async: node.async });
  }))).observe(document, { childList: true, subtree: true });
  const { user, group } = c.no_analytics ? {} : c.analytics;
  const analytics = {};
  if (user) analytics.user = () => ({ id: () => user.id, anonymousId: () => user.anonymousId, traits: () => user.traits });
  if (group) analytics.group = () => ({ id: () => group.id, traits: () => group.traits });
  const attempt = async (step) => { try { return await step(); } catch (error) { return { error: error.message }; } };
  const plugins = window['pendo-web-actionsDestination']({ ...c.settings, subscriptions: c.subscriptions });
  const steps = [];
  const take = () => { const taken = calls; calls = []; return taken; };
  if (c.load !== false) for (const plugin of plugins) {
    const failed = await attempt(() => plugin.load({}, analytics));
    steps.push({ op: 'load', plugin: plugin.name, failed: !!(failed && failed.error), loaded: plugin.isLoaded(), calls: take() });
  }
  for (const event of c.events || []) for (const plugin of plugins) {
    if (!plugin[event.type]) { steps.push({ op: 'event', plugin: plugin.name, not_wired: true }); continue; }
    const done = await attempt(() => plugin[event.type]({ event }));
    steps.push({ op: 'event', plugin: plugin.name, failed: !!done.error, calls: take() });
  }
  await new Promise((resolve) => setTimeout(resolve));
  return { plugins: plugins.map(({ name, type, version }) => ({ name, type, version })), steps, scripts };
}
