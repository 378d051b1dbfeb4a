import { jsonCodec } from '@mc/codec-json';
import {
  type ClientOptions,
  createClient,
  type MemcachedClient,
  type Packed,
  type ValueFormat,
} from '@mc/core';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { type FaultyTransport, faultyTransport } from '../faulty-transport.js';
import { argumentTests } from './client/arguments.js';
import { batchFailureTests } from './client/batch-failures.js';
import { batchTests } from './client/batches.js';
import { cancelTests } from './client/cancel.js';
import { closeTests } from './client/close.js';
import { counterTests } from './client/counters.js';
import { decodingTests } from './client/decoding.js';
import { expiryTests } from './client/expiry.js';
import { failureTests } from './client/failures.js';
import { keyTests } from './client/keys.js';
import { orderTests } from './client/order.js';
import { readTests } from './client/reads.js';
import { serverTests } from './client/servers.js';
import { severalServersTests } from './client/several-servers.js';
import { valueTests } from './client/values.js';
import { viewTests } from './client/views.js';
import { writeTests } from './client/writes.js';
import type { ClientSubject, ClientTestContext, ClientTests } from './client-context.js';
import { serverName } from './server-name.js';
import { LIMIT_MS } from './waiting.js';

/** What {@link clientSuite} must know before the servers run. */
export interface ClientSuiteOptions {
  /** How many servers the subject has. With more than one, tests of spreading and partial failure join in. */
  readonly serverCount: number;
}

/**
 * Registers the whole behaviour of a client, every operation, as vitest tests.
 *
 * @param title what stands before the tests' names
 * @param start starts empty servers and says how they are reached; called once
 */
export function clientSuite(
  title: string,
  start: () => Promise<ClientSubject>,
  { serverCount }: ClientSuiteOptions,
): void {
  describe(title, { timeout: LIMIT_MS }, () => {
    const bench = new ClientBench();
    beforeAll(async () => bench.start(await start()), LIMIT_MS);
    afterEach(() => bench.closeExtraClients(), LIMIT_MS);
    afterAll(() => bench.stop(), LIMIT_MS);
    const topics = { ...TOPICS, ...(serverCount > 1 ? SEVERAL_SERVER_TOPICS : {}) };
    for (const [topic, tests] of Object.entries(topics)) {
      describe(topic, () => register(tests, bench));
    }
    // These wait for a server's clock, so they wait together.
    describe.concurrent('expiry', () => register(expiryTests, bench));
    // Last, since it empties the servers.
    describe('whole servers', () => register(serverTests, bench));
  });
}

const TOPICS: Readonly<Record<string, ClientTests>> = {
  values: valueTests,
  'reading what is stored': decodingTests,
  reads: readTests,
  writes: writeTests,
  counters: counterTests,
  keys: keyTests,
  arguments: argumentTests,
  batches: batchTests,
  'batches that fail in part': batchFailureTests,
  order: orderTests,
  'views and copies': viewTests,
  'deadlines and aborts': cancelTests,
  'servers that fail': failureTests,
  closing: closeTests,
};

const SEVERAL_SERVER_TOPICS: Readonly<Record<string, ClientTests>> = {
  'several servers': severalServersTests,
};

/** A format that leaves data and flags as they are. */
const AS_STORED: ValueFormat = {
  pack: (value) => value as Packed,
  unpack: (data, flags) => ({ data, flags }),
};

function register(tests: ClientTests, bench: ClientBench): void {
  for (const [name, test] of Object.entries(tests)) it(name, () => test(bench.context(name)));
}

/** Holds the subject and the clients of one run of the suite. */
class ClientBench {
  #subject: ClientSubject | undefined;
  #faults: FaultyTransport | undefined;
  #shared: readonly MemcachedClient[] = [];
  #extra: MemcachedClient[] = [];
  #contexts = 0;

  start(subject: ClientSubject): void {
    this.#subject = subject;
    this.#faults = faultyTransport(subject.transport);
    this.#shared = [this.#create({}), this.#create({ format: AS_STORED })];
  }

  context(name: string): ClientTestContext {
    const [client, raw] = this.#shared;
    const subject = this.#subject;
    const faults = this.#faults;
    if (!client || !raw || !subject || !faults)
      throw new Error(`"${name}" ran before the servers were started`);
    this.#contexts += 1;
    const number = this.#contexts;
    return {
      client,
      raw,
      faults,
      serverNames: subject.servers.map(serverName),
      key: (label = 'key') => `test-${number}:${label}`,
      open: (options = {}) => {
        const opened = this.#create(options);
        this.#extra.push(opened);
        return opened;
      },
    };
  }

  async closeExtraClients(): Promise<void> {
    const extra = this.#extra;
    this.#extra = [];
    await Promise.all(extra.map((client) => client.close()));
  }

  async stop(): Promise<void> {
    await this.closeExtraClients();
    await Promise.all(this.#shared.map((client) => client.close()));
    await this.#subject?.[Symbol.asyncDispose]();
  }

  #create(options: Partial<ClientOptions>): MemcachedClient {
    const subject = this.#subject as ClientSubject;
    const make = subject.createClient?.bind(subject) ?? createClient;
    // A format replaces the codec, so the two are not given together.
    const codec = options.format === undefined ? { codec: jsonCodec() } : {};
    const transport = this.#faults as FaultyTransport;
    const patient = { timeoutMs: CALL_TIMEOUT_MS, connectionTimeoutMs: CALL_TIMEOUT_MS };
    return make({ servers: subject.servers, transport, ...patient, ...codec, ...options });
  }
}

/** Generous, since a busy machine is no failure of the client; tests of deadlines name their own. */
const CALL_TIMEOUT_MS = 20_000;
