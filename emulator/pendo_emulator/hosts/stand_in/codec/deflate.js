// Deflate (RFC 1951): one block with dynamic Huffman codes, like the published agent's compressor.

const END_OF_BLOCK = 256;
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

// The symbols for runs of equal code lengths; REPEAT repeats the length before it.
const REPEAT = { symbol: 16, least: 3, most: 6, bits: 2 };
const ZEROS = [{ symbol: 18, least: 11, most: 138, bits: 7 }, { symbol: 17, least: 3, most: 10, bits: 3 }];

function deflate(bytes) {
  const out = new BitWriter();
  const tokens = tokenize(bytes);
  const literalCounts = countSymbols(tokens, "literal", END_OF_BLOCK + 1 + LENGTH_ROWS.length);
  const distanceCounts = countSymbols(tokens, "row", DISTANCE_ROWS.length);
  const literals = withoutTrailingZeros(codeLengths(literalCounts, 15));
  const distances = withoutTrailingZeros(codeLengths(distanceCounts, 15));
  out.write(1, 1);
  out.write(2, 2);
  writeCodeLengths(out, literals, distances);
  writeTokens(out, tokens, literals, distances);
  return out.finish();
}

function withoutTrailingZeros(lengths) {
  let used = lengths.length;
  while (!lengths[used - 1]) {
    used -= 1;
  }
  return lengths.slice(0, used);
}

function countSymbols(tokens, member, size) {
  const counts = new Array(size).fill(0);
  tokens.forEach((token) => {
    if (token[member] !== undefined) {
      counts[token[member]] += 1;
    }
  });
  return counts;
}

function writeTokens(out, tokens, literalLengths, distanceLengths) {
  const literalCodes = canonicalCodes(literalLengths);
  const distanceCodes = canonicalCodes(distanceLengths);
  tokens.forEach((token) => {
    out.write(literalCodes[token.literal], literalLengths[token.literal]);
    if (token.row !== undefined) {
      const length = LENGTH_ROWS[token.literal - END_OF_BLOCK - 1];
      const distance = DISTANCE_ROWS[token.row];
      out.write(token.length - length.base, length.extra);
      out.write(distanceCodes[token.row], distanceLengths[token.row]);
      out.write(token.distance - distance.base, distance.extra);
    }
  });
}

function writeCodeLengths(out, literalLengths, distanceLengths) {
  const runs = runLengths(literalLengths.concat(distanceLengths));
  const counts = new Array(19).fill(0);
  runs.forEach((run) => {
    counts[run.symbol] += 1;
  });
  const lengths = codeLengths(counts, 7);
  const codes = canonicalCodes(lengths);
  const ordered = withoutTrailingZeros(CODE_LENGTH_ORDER.map((symbol) => lengths[symbol]));
  out.write(literalLengths.length - 257, 5);
  out.write(distanceLengths.length - 1, 5);
  out.write(ordered.length - 4, 4);
  ordered.forEach((length) => out.write(length, 3));
  runs.forEach((run) => {
    out.write(codes[run.symbol], lengths[run.symbol]);
    out.write(run.value, run.bits);
  });
}

function runLengths(lengths) {
  const runs = [];
  for (let at = 0, run = 1; at < lengths.length; at += run) {
    const plain = { symbol: lengths[at], least: 1, most: 1, bits: 0 };
    run = 1;
    while (lengths[at + run] === plain.symbol) {
      run += 1;
    }
    const first = splitRun(1, [plain]);
    runs.push(...(plain.symbol ? first.concat(splitRun(run - 1, [REPEAT, plain])) : splitRun(run, [...ZEROS, plain])));
  }
  return runs;
}

function splitRun(run, symbols) {
  const parts = [];
  for (let left = run; left > 0;) {
    const kind = symbols.find((one) => one.least <= left);
    const count = Math.min(left, kind.most);
    parts.push({ symbol: kind.symbol, value: count - kind.least, bits: kind.bits });
    left -= count;
  }
  return parts;
}

class BitWriter {
  constructor() {
    this.bytes = [];
    this.pending = 0;
    this.count = 0;
  }

  write(value, bits) {
    this.pending |= value << this.count;
    this.count += bits;
    while (this.count >= 8) {
      this.bytes.push(this.pending & 255);
      this.pending >>>= 8;
      this.count -= 8;
    }
  }

  finish() {
    this.write(0, 7);
    return this.bytes;
  }
}
