// Runs mockttp, which records every request; /count returns how many. Argument: port.
const mockttp = require("mockttp");

async function main() {
  const server = mockttp.getLocal({ recordTraffic: true });
  let recorded;
  await server.forGet("/count").always().thenCallback(async () => ({ json: (await recorded.getSeenRequests()).length }));
  recorded = await server.forAnyRequest().always().thenReply(200);
  await server.start(Number(process.argv[2]));
}

main();
