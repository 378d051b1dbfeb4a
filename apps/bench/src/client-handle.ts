import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forkProgram, nextMessage } from './child-process.js';
import type { Answer, Order, Slice } from './message.js';
import { pinned } from './pinning.js';
import type { Client } from './roster.js';
import type { Workload } from './workload.js';

const PROGRAM = fileURLToPath(new URL('./client-process.js', import.meta.url));
const PREPARE_MILLISECONDS = 60_000;
const CLOSE_MILLISECONDS = 5_000;
/** Over the slice's own length: a client that hangs must not hang the run. */
const SLICE_GRACE_MILLISECONDS = 20_000;

/** What a client process said about itself when it was ready. */
export interface Readiness {
  readonly node: string;
  readonly source: string;
}

/** A client process seen from the parent. Every call rejects with the client's own reason when it fails. */
export interface ClientHandle {
  readonly client: Client;
  prepare(workload: Workload, servers: readonly string[]): Promise<Readiness>;
  measure(leadMs: number, timedMs: number): Promise<Slice>;
  /** Ends the process, politely first. */
  close(): Promise<void>;
}

/** Starts the process of one client, bound to `cpu` if there is one, with the given Node. */
export function startClient(client: Client, node: string, cpu: number | undefined): ClientHandle {
  const child = forkProgram(PROGRAM, [], pinned(cpu, node, []));
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ask = (order: Order, milliseconds: number): Promise<Answer> => exchange(child, order, milliseconds);
  return {
    client,
    prepare: async (workload, servers) => {
      const answer = await ask(
        { order: 'prepare', client: client.id, workload: workload.id, servers },
        PREPARE_MILLISECONDS,
      );
      return answer as Extract<Answer, { answer: 'ready' }>;
    },
    measure: async (leadMs, timedMs) => {
      const answer = await ask(
        { order: 'measure', leadMs, timedMs, core: cpu },
        leadMs + timedMs + SLICE_GRACE_MILLISECONDS,
      );
      return (answer as Extract<Answer, { answer: 'slice' }>).slice;
    },
    close: async () => {
      await ask({ order: 'close' }, CLOSE_MILLISECONDS).catch(() => undefined);
      process.removeListener('exit', kill);
      kill();
    },
  };
}

async function exchange(child: ChildProcess, order: Order, milliseconds: number): Promise<Answer> {
  const coming = nextMessage<Answer>(child, milliseconds);
  if (child.connected) child.send(order);
  const answer = await coming;
  if (answer.answer === 'failed') throw new Error(answer.reason);
  return answer;
}
