// Syncs an audience with Segment's destination "Pendo Audiences", driven by Segment's own actions-core; prints what it
// returned as JSON. NODE_PATH has the folders of both packages.
// sync_audience.cjs INTEGRATION_KEY REGION
const { Destination } = require("@segment/actions-core");
const { default: definition } = require("@segment/action-destinations/dist/destinations/pendo-audiences");

const [integrationKey, region] = process.argv.slice(2);
const settings = { integrationKey, region };
const destination = new Destination(definition);
const fields = Object.entries(definition.actions.syncAudience.fields);
const mapping = Object.fromEntries(fields.filter(([, one]) => one.default !== undefined).map(([k, one]) => [k, one.default]));

async function main() {
  await destination.testAuthentication(settings);
  const audience = { settings, audienceName: "trial users", audienceSettings: {} };
  const { externalId } = await destination.createAudience(audience);
  const read = await destination.getAudience({ settings, externalId, audienceSettings: {} });
  const event = (userId, member) => ({
    type: "identify",
    userId,
    messageId: userId,
    traits: { trial: member },
    context: { personas: { computation_key: "trial", external_audience_id: externalId } },
  });
  await destination.executeAction("syncAudience", { event: event("v-1", true), mapping, settings });
  const events = [event("v-1", true), event("v-2", true), event("v-1", false)];
  const batch = await destination.executeBatch("syncAudience", { events, mapping, settings });
  return { created: externalId, read: read.externalId, statuses: batch.map((one) => one.status) };
}

main().then(
  (result) => console.log(JSON.stringify(result)),
  (error) => console.log(JSON.stringify({ error: error.message })),
);
