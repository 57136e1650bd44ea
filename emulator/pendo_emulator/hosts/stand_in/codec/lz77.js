// LZ77: turns bytes into tokens; each token is a literal byte or a reference to earlier equal bytes.

const WINDOW_SIZE = 32768;
const MIN_MATCH = 3;
const MAX_MATCH = 258;
const MAX_CANDIDATES = 1024;

// A length or distance is written as the index of a row in these tables and the row's number of extra bits.
const DISTANCE_ROWS = makeRows(1, [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);
const LENGTH_ROWS = makeRows(MIN_MATCH, [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
]).concat({ base: MAX_MATCH, extra: 0 });

function makeRows(first, extras) {
  let base = first;
  return extras.map((extra) => {
    const row = { base, extra };
    base += 1 << extra;
    return row;
  });
}

function findRow(table, value) {
  let row = table.length - 1;
  while (table[row].base > value) {
    row -= 1;
  }
  return row;
}

function tokenize(bytes) {
  const finder = new MatchFinder(bytes);
  const tokens = [];
  for (let at = 0; at < bytes.length;) {
    const match = finder.longestMatch(at);
    const end = at + (match ? match.length : 1);
    tokens.push(match ? matchToken(match) : { literal: bytes[at] });
    for (; at < end; at += 1) {
      finder.add(at);
    }
  }
  tokens.push({ literal: END_OF_BLOCK });
  return tokens;
}

function matchToken(match) {
  const literal = END_OF_BLOCK + 1 + findRow(LENGTH_ROWS, match.length);
  return { literal, row: findRow(DISTANCE_ROWS, match.distance), length: match.length, distance: match.distance };
}

class MatchFinder {
  constructor(bytes) {
    this.bytes = bytes;
    this.latest = new Int32Array(WINDOW_SIZE).fill(-1);
    this.earlier = new Int32Array(bytes.length);
  }

  hash(at) {
    return ((this.bytes[at] << 10) ^ (this.bytes[at + 1] << 5) ^ this.bytes[at + 2]) & (WINDOW_SIZE - 1);
  }

  add(at) {
    const hash = this.hash(at);
    this.earlier[at] = this.latest[hash];
    this.latest[hash] = at;
  }

  longestMatch(at) {
    let longest = { length: MIN_MATCH - 1 };
    let candidate = this.latest[this.hash(at)];
    for (let left = MAX_CANDIDATES; left && candidate >= 0 && at - candidate <= WINDOW_SIZE; left -= 1) {
      const length = this.matchLength(candidate, at);
      if (length > longest.length) {
        longest = { length, distance: at - candidate };
      }
      candidate = length < MAX_MATCH ? this.earlier[candidate] : -1;
    }
    return longest.distance && longest;
  }

  matchLength(candidate, at) {
    const limit = Math.min(MAX_MATCH, this.bytes.length - at);
    let length = 0;
    while (length < limit && this.bytes[candidate + length] === this.bytes[at + length]) {
      length += 1;
    }
    return length;
  }
}
