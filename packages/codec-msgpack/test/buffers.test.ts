import { describe, expect, it } from 'vitest';
import { encode, FORMS } from './forms.js';

for (const [form, codec] of Object.entries(FORMS)) {
  describe(form, () => {
    it('writes to no bytes that it gave away', () => {
      const values = [1, 70, 5000, 70_000, 2_000_000, 300, 9].map((length, i) => ({
        i,
        text: 'x'.repeat(length),
      }));
      const given = values.map((value) => encode(codec, value));
      const before = given.map((bytes) => Buffer.from(bytes));
      for (let i = 0; i < 2000; i += 1) codec.encode({ other: 'y'.repeat(i) });
      for (const [i, bytes] of given.entries()) {
        expect(Buffer.compare(bytes, before[i] as Buffer)).toBe(0);
        expect(codec.decode(bytes)).toEqual(values[i]);
      }
    });

    it('keeps nothing of the bytes it reads, and puts nothing on them', () => {
      const value = {
        small: new Uint8Array([1, 2, 3]),
        large: new Uint8Array(100_000).fill(7),
        text: 'é'.repeat(50),
      };
      for (const part of [{ small: value.small, text: value.text }, value]) {
        const bytes = Uint8Array.from(encode(codec, part));
        const back = codec.decode(bytes) as typeof value;
        expect(Reflect.ownKeys(bytes).filter((key) => typeof key !== 'string' || !/^\d+$/.test(key))).toEqual(
          [],
        );
        bytes.fill(0xdd);
        expect(back).toStrictEqual(part);
        expect(back.small.buffer.byteLength).toBe(3);
        expect(Object.getPrototypeOf(back.small)).toBe(Uint8Array.prototype);
      }
    });

    it('holds on to no large memory after a large value', async () => {
      const text = 'x'.repeat(3_000_000);
      for (let i = 0; i < 3; i += 1) codec.decode(encode(codec, { text, i }));
      // What is let go of is let go of in a microtask.
      await Promise.resolve();
      await Promise.resolve();
      const small = encode(codec, { a: 1 });
      expect(small.buffer.byteLength).toBeLessThan(100_000);
      expect(codec.decode(small)).toEqual({ a: 1 });
    });

    it('works on after a value that was refused, or that threw', () => {
      const value = { list: [{ a: 1 }, { a: 2 }], text: 'x' };
      const expected = Buffer.from(encode(codec, value));
      const thrower = {
        a: 1,
        get b(): never {
          throw new Error('mine');
        },
      };
      let reads = 0;
      const late = {
        list: [{ a: 1 }],
        get b(): number {
          reads += 1;
          if (reads > 1) throw new Error('late');
          return 1;
        },
      };
      expect(() => codec.encode(thrower)).toThrow('mine');
      expect(() => codec.encode(late)).toThrow('late');
      expect(() => codec.encode([value, () => 1])).toThrow(TypeError);
      expect(Buffer.from(encode(codec, value))).toEqual(expected);
      expect(() => codec.decode(expected.subarray(0, -1))).toThrow(SyntaxError);
      expect(codec.decode(expected)).toEqual(value);
    });

    it('may be called by a getter of the value that it encodes', () => {
      const inner = { inner: ['z'.repeat(100), { a: 1 }], large: 'l'.repeat(70_000) };
      const seen: Uint8Array[] = [];
      const value = {
        before: [{ a: 1 }],
        get middle(): number {
          seen.push(encode(codec, inner));
          codec.decode(seen.at(-1) as Uint8Array);
          return seen.length > 0 ? 1 : 0;
        },
        after: [{ a: 2 }, { a: 3 }],
      };
      expect(codec.decode(encode(codec, value))).toEqual({
        before: [{ a: 1 }],
        middle: 1,
        after: [{ a: 2 }, { a: 3 }],
      });
      expect(seen.length).toBeGreaterThan(1);
      for (const bytes of seen) expect(codec.decode(bytes)).toEqual(inner);
    });
  });
}
