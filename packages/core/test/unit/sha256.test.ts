import { createHash } from 'node:crypto';
import { randomFrom, testSeed } from '@mc/testing';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/sha256.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('sha256Hex', () => {
  /** FIPS 180-4's examples, as NIST publishes them. */
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('of %.20s', (text, digest) => {
    expect(sha256Hex(encode(text))).toBe(digest);
  });

  it('is what node:crypto says, for every length over several blocks', () => {
    const seed = testSeed();
    const random = randomFrom(seed);
    for (let length = 0; length <= 400; length += 1) {
      const message = Uint8Array.from({ length }, () => random.integer(256));
      const expected = createHash('sha256').update(message).digest('hex');
      expect(sha256Hex(message), `MC_SEED=${seed}, length ${length}`).toBe(expected);
    }
  });

  it('reads a view on larger memory, and leaves it as it is', () => {
    const memory = Uint8Array.from({ length: 300 }, (_, at) => at);
    const before = memory.slice();
    const view = memory.subarray(7, 270);
    expect(sha256Hex(view)).toBe(createHash('sha256').update(view).digest('hex'));
    expect(memory).toEqual(before);
  });
});
