const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb8_8320 : 0);
  return value;
});

/** libmemcached's crc: bits 16 to 30 of the CRC-32 (IEEE 802.3). */
export function crc(key: Uint8Array | string): number {
  let value = -1;
  for (let i = 0; i < key.length; i += 1) {
    const byte = typeof key === 'string' ? key.charCodeAt(i) : (key[i] as number);
    value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] as number);
  }
  return (~value >>> 16) & 0x7fff;
}
