// Huffman codes for deflate (RFC 1951, 3.2.2): lengths from frequencies, codes from lengths.

function codeLengths(frequencies, limit) {
  const weights = withTwoSymbols(frequencies);
  for (let flattening = 0; ; flattening += 1) {
    const lengths = treeDepths(weights.map((weight) => weight && Math.max(weight >> flattening, 1)));
    if (Math.max(...lengths) <= limit) {
      return lengths;
    }
  }
}

// Inflaters reject incomplete codes, so every code needs at least two symbols.
function withTwoSymbols(frequencies) {
  const weights = frequencies.slice();
  for (let symbol = 0; weights.filter(Boolean).length < 2; symbol += 1) {
    weights[symbol] = weights[symbol] || 1;
  }
  return weights;
}

function treeDepths(weights) {
  const leaves = weights.map((weight, symbol) => ({ weight, symbol })).filter((leaf) => leaf.weight);
  leaves.sort((one, other) => one.weight - other.weight);
  const parents = [];
  while (leaves.length + parents.length > 1) {
    const left = shiftLightest(leaves, parents);
    const right = shiftLightest(leaves, parents);
    parents.push({ weight: left.weight + right.weight, left, right });
  }
  return writeDepths(parents[0], 0, weights.map(() => 0));
}

function shiftLightest(leaves, parents) {
  const leafFirst = !parents.length || (leaves.length && leaves[0].weight <= parents[0].weight);
  return leafFirst ? leaves.shift() : parents.shift();
}

function writeDepths(node, depth, depths) {
  if (node.left) {
    writeDepths(node.left, depth + 1, depths);
    writeDepths(node.right, depth + 1, depths);
  } else {
    depths[node.symbol] = depth;
  }
  return depths;
}

function canonicalCodes(lengths) {
  const codes = [];
  let code = 0;
  for (let length = 1; length <= Math.max(...lengths); length += 1) {
    lengths.forEach((own, symbol) => {
      if (own === length) {
        codes[symbol] = reverseBits(code, length);
        code += 1;
      }
    });
    code <<= 1;
  }
  return codes;
}

function reverseBits(value, count) {
  let reversed = 0;
  for (let bit = 0; bit < count; bit += 1) {
    reversed = (reversed << 1) | ((value >> bit) & 1);
  }
  return reversed;
}
