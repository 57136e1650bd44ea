// Reads one event with its request from the control API.

import { keyPath, read } from "./api.js";

const path = (key, id, parameters) => keyPath(key, `/timeline/${encodeURIComponent(id)}`, parameters);

/** Return an event with its contract, its request and its relatives; throw ApiError if it is not recorded. */
export const readEvent = (key, id) => read(path(key, id), { exact: true });

/** Return what the rules say about an event; this can take seconds for a key with many requests. */
export async function readRules(key, id) {
  const { findings } = await read(path(key, id, { findings: "true" }));
  return findings.filter(({ rule }) => !rule.includes("#"));
}
