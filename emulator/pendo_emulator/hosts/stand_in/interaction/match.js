// Matches (LZ77): bytes become tokens, each a literal or a reference to the same bytes further back.

const WINDOW = 32768;
const MATCH_MINIMUM = 3;
const MATCH_MAXIMUM = 258;
const CANDIDATES = 1024;

// A length or a distance is written as a row of these tables and as many extra bits as the row says.
const DISTANCE_ROWS = rows(1, [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);
const LENGTH_ROWS = rows(MATCH_MINIMUM, [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5,
]).concat({ base: MATCH_MAXIMUM, extra: 0 });

function rows(first, extras) {
  let base = first;
  return extras.map((extra) => {
    const row = { base, extra };
    base += 1 << extra;
    return row;
  });
}

function rowOf(table, value) {
  let row = table.length - 1;
  while (table[row].base > value) {
    row -= 1;
  }
  return row;
}

function findTokens(bytes) {
  const past = new Past(bytes);
  const tokens = [];
  for (let at = 0; at < bytes.length;) {
    const match = past.longestMatch(at);
    const end = at + (match ? match.length : 1);
    tokens.push(match ? reference(match) : { literal: bytes[at] });
    for (; at < end; at += 1) {
      past.remember(at);
    }
  }
  tokens.push({ literal: END_OF_BLOCK });
  return tokens;
}

function reference(match) {
  const literal = END_OF_BLOCK + 1 + rowOf(LENGTH_ROWS, match.length);
  return { literal, row: rowOf(DISTANCE_ROWS, match.distance), length: match.length, distance: match.distance };
}

class Past {
  constructor(bytes) {
    this.bytes = bytes;
    this.latest = new Int32Array(WINDOW).fill(-1);
    this.earlier = new Int32Array(bytes.length);
  }

  hash(at) {
    return ((this.bytes[at] << 10) ^ (this.bytes[at + 1] << 5) ^ this.bytes[at + 2]) & (WINDOW - 1);
  }

  remember(at) {
    const hash = this.hash(at);
    this.earlier[at] = this.latest[hash];
    this.latest[hash] = at;
  }

  longestMatch(at) {
    let longest = { length: MATCH_MINIMUM - 1 };
    let candidate = this.latest[this.hash(at)];
    for (let left = CANDIDATES; left && candidate >= 0 && at - candidate <= WINDOW; left -= 1) {
      const length = this.matchLength(candidate, at);
      if (length > longest.length) {
        longest = { length, distance: at - candidate };
      }
      candidate = length < MATCH_MAXIMUM ? this.earlier[candidate] : -1;
    }
    return longest.distance && longest;
  }

  matchLength(candidate, at) {
    const limit = Math.min(MATCH_MAXIMUM, this.bytes.length - at);
    let length = 0;
    while (length < limit && this.bytes[candidate + length] === this.bytes[at + length]) {
      length += 1;
    }
    return length;
  }
}
