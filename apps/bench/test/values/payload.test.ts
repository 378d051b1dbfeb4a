import { describe, expect, it } from 'vitest';
import { payloadOf, payloads } from '../../src/values/payload.js';

function jsonBytes(id: string): number {
  return Buffer.byteLength(JSON.stringify(payloadOf(id).value));
}

describe('payloads', () => {
  it('have the sizes that their titles say', () => {
    expect(jsonBytes('object')).toBe(170);
    expect(jsonBytes('rows')).toBeGreaterThan(10_900);
    expect(jsonBytes('rows')).toBeLessThan(11_200);
    expect(payloadOf('rows').value).toMatchObject({ rows: { length: 78 } });
    expect(Buffer.byteLength(payloadOf('text').value as string)).toBe(100_000);
  });

  it('are the same each time, and well-formed', () => {
    expect(payloads()).toEqual(payloads());
    expect((payloadOf('text').value as string).isWellFormed()).toBe(true);
    expect(payloadOf('text').value).toMatch(/[àéï]/);
  });
});
