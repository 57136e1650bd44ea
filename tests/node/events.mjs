// Sends one event of each kind, as its arguments say, by Segment's library for Node: host, write key.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, flushInterval: 100 });
analytics.on("error", (error) => console.error(error.reason ?? error));

const who = { userId: "u1", anonymousId: "a1" };
analytics.identify({ ...who, traits: { plan: "pro" } });
analytics.group({ ...who, groupId: "g1", traits: { seats: 5 } });
analytics.track({ ...who, event: "Signed Up", properties: { name: "łódź 日本 😀", nested: { a: [1, null] } } });
analytics.page({ ...who, name: "Home" });
analytics.screen({ ...who, name: "Home" });
analytics.alias({ previousId: "a1", userId: "u1" });
await analytics.closeAndFlush();
