import { keyvApiTests, keyvIteratorTests, keyvNamespaceTest, keyvValueTests } from '@keyv/test-suite';
import { createClient, type MemcachedClient } from '@mc/memcached';
import { expectsMemcached, type MemcachedServer, startMemcached } from '@mc/testing';
import { memoryTransport } from '@mc/transport-memory';
import { Keyv, type KeyvOptions } from 'keyv';
import * as vitest from 'vitest';
import { PATIENT } from '../../../test/patience.js';
import { KeyvMemcached, memcachedStore } from '../src/index.js';

/** A Keyv that iterates over our store: version 5 wires that only for stores that it knows by name. */
class IterableKeyv extends Keyv {
  constructor(options: KeyvOptions) {
    super(options);
    const { store } = this;
    if (store instanceof KeyvMemcached)
      this.iterator = this.generateIterator(store.iterator.bind(store) as never);
  }
}

/** The tests of Keyv's own suite, 38 and those of the iterator; each part installs its own clear() before each test. */
function officialSuite(name: string, client: () => MemcachedClient): void {
  const store = () => memcachedStore(client());
  vitest.describe(`@keyv/test-suite on ${name}`, () => {
    vitest.describe('api', () => keyvApiTests(vitest, Keyv, store));
    vitest.describe('values', () => keyvValueTests(vitest, Keyv, store));
    vitest.describe('namespaces', () => keyvNamespaceTest(vitest, Keyv, store));
    vitest.describe('iterator', () => keyvIteratorTests(vitest, IterableKeyv as typeof Keyv, store));
  });
}

const embedded = createClient({ transport: memoryTransport() });
vitest.afterAll(() => embedded.close());
officialSuite('the embedded server', () => embedded);

if (expectsMemcached()) {
  let server: MemcachedServer;
  let client: MemcachedClient;
  vitest.beforeAll(async () => {
    server = await startMemcached();
    client = createClient({ servers: server.address, ...PATIENT });
  });
  vitest.afterAll(async () => {
    await client.close();
    await server.stop();
  });
  officialSuite('memcached', () => client);
}
