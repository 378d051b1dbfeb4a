import { DecodeError } from '@mc/core';
import { describe, expect, it } from 'vitest';
import { expectValue, type Fixture, fixtureFile, payloadOf, refusalOf } from './fixture-file.js';
import { formatOf, hasZstd, presets } from './presets.js';

async function read(client: string, fixture: Fixture): Promise<unknown> {
  return formatOf(client, fixture.options).unpack(payloadOf(fixture), fixture.flags);
}

/** The zstd values of memcache-client, on a Node that has no zstd. */
function needsMissingZstd(client: string, { made }: Fixture): boolean {
  return client === 'memcache-client' && made.endsWith('zstd') && !hasZstd;
}

describe.each(Object.keys(presets))('what %s has written', (client) => {
  const { fixtures, versions } = fixtureFile(client);

  it('was recorded from the client itself', () => {
    expect(fixtures.length).toBeGreaterThan(10);
    expect(Object.keys(versions)).toContain(client === 'third-eden' ? 'memcached' : client);
  });

  it.each(fixtures)('$name ($made)', async (fixture) => {
    const refusal = refusalOf(fixture);
    if (refusal !== undefined) {
      const error = await read(client, fixture).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DecodeError);
      expect((error as DecodeError).message).toContain(refusal);
    } else if (needsMissingZstd(client, fixture) && (fixture.flags & 1) !== 0) {
      await expect(read(client, fixture)).rejects.toThrow('@mc/compression-zlib');
    } else {
      expectValue(await read(client, fixture), fixture);
    }
  });
});
