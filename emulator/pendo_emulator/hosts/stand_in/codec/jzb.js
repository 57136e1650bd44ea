// jzb, the agent's encoding: JSON, zlib (RFC 1950), base64url without padding.

const CHUNK_SIZE = 4096;

function compress(value, encoding) {
  const bytes = new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  const packed = [0x78, 0x9c].concat(deflate(bytes), bigEndian(adler32(bytes)));
  return encoding === "binary" ? Uint8Array.from(packed) : base64url(packed);
}

function adler32(bytes) {
  let low = 1;
  let high = 0;
  bytes.forEach((byte) => {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  });
  return high * 65536 + low;
}

function bigEndian(number) {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
}

function base64url(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK_SIZE) {
    binary += String.fromCharCode(...bytes.slice(at, at + CHUNK_SIZE));
  }
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function crc32(value) {
  let crc = -1;
  new TextEncoder().encode(JSON.stringify(value)).forEach((byte) => {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  });
  return ~crc >>> 0;
}
