// Creates events with the members that all types have.

function createEvent(agent, type, props, { url, name } = {}) {
  const time = Date.now();
  const ids = { visitor_id: agent.identity.ensureVisitorId(), account_id: agent.identity.accountId };
  const event = Object.assign({ type, browser_time: time }, ids, { url: url || location.href, props });
  Object.assign(event, agent.session.eventIds, type === "track" ? { track_event_name: name } : {});
  return Object.assign(event, { sessionId: agent.session.touch(time), utm: agent.session.utm });
}

function loadTime() {
  const [timing] = performance.getEntriesByType("navigation");
  return timing ? timing.loadEventStart - timing.fetchStart : -1;
}
