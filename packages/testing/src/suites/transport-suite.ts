import { afterAll, beforeAll, describe, it } from 'vitest';
import { closingTests } from './transport/closing.js';
import { movingTests } from './transport/moving.js';
import { openingTests, unreachableTests } from './transport/opening.js';
import { LinkBench, type TransportSubject, type TransportTests } from './transport-context.js';
import { LIMIT_MS } from './waiting.js';

/** What {@link transportSuite} must know before the server runs. */
export interface TransportSuiteOptions {
  /** The transport can fail to reach a server, and the subject names such an address. */
  readonly hasUnreachable: boolean;
}

/**
 * Registers what every transport must keep to, as vitest tests.
 *
 * @param title what stands before the tests' names
 * @param start starts an empty memcached, real or embedded, and says how it is reached; called once
 */
export function transportSuite(
  title: string,
  start: () => Promise<TransportSubject>,
  { hasUnreachable }: TransportSuiteOptions,
): void {
  describe(title, { timeout: LIMIT_MS }, () => {
    const bench = new LinkBench();
    beforeAll(async () => bench.start(await start()), LIMIT_MS);
    afterAll(() => bench.stop(), LIMIT_MS);
    register('opening', openingTests, bench);
    if (hasUnreachable) register('servers that are not there', unreachableTests, bench);
    register('moving bytes', movingTests, bench);
    register('closing', closingTests, bench);
  });
}

function register(topic: string, tests: TransportTests, bench: LinkBench): void {
  describe(topic, () => {
    for (const [name, test] of Object.entries(tests)) it(name, () => test(bench));
  });
}
