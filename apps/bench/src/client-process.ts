import { clientSubject } from './client-subject.js';
import { openFloor } from './floor/floor-subject.js';
import { measure } from './measure.js';
import type { Answer, Order } from './message.js';
import { type Plan, planOf } from './plan.js';
import { type Client, clientOf } from './roster.js';
import type { Subject } from './subject.js';
import { operationsPerStep, workloadOf } from './workload.js';

/** A workload that is ready to be timed. */
interface Prepared {
  readonly subject: Subject;
  readonly operations: number;
  readonly ready: Answer;
}

listen();

/** The program of a client process: it loads one client, prepares one workload and measures slices when told to. */
function listen(): void {
  let prepared: Prepared | undefined;
  const obey = async (order: Order): Promise<Answer> => {
    if (order.order === 'prepare') {
      prepared = await prepare(order.client, order.workload, order.servers);
      return prepared.ready;
    }
    if (prepared === undefined) throw new Error('Nothing was prepared.');
    if (order.order === 'measure') {
      const slice = await measure(
        prepared.subject,
        prepared.operations,
        order.leadMs,
        order.timedMs,
        order.core,
      );
      return { answer: 'slice', slice };
    }
    await prepared.subject.close();
    return { answer: 'closed' };
  };
  process.on('message', (order: Order) => {
    obey(order).then(answer, (error: unknown) => answer({ answer: 'failed', reason: describe(error) }));
  });
  process.on('disconnect', () => process.exit());
}

async function prepare(clientId: string, workloadId: string, servers: readonly string[]): Promise<Prepared> {
  const workload = workloadOf(workloadId);
  const client = clientOf(clientId);
  const plan = planOf(workload, client.tag);
  const used = servers.slice(0, workload.servers);
  const subject = await openSubject(client, used, plan);
  await subject.prepare();
  const ready: Answer = { answer: 'ready', node: process.versions.node, source: sourceOf(client) };
  return { subject, operations: operationsPerStep(workload), ready };
}

async function openSubject(client: Client, servers: readonly string[], plan: Plan): Promise<Subject> {
  if (client.load === undefined) {
    const lines = client.id === 'merged' ? 'merged-lines' : 'line-each';
    return openFloor(servers, plan, lines, client.id === 'bare-events' ? 'data-events' : 'one-buffer');
  }
  const { open } = await client.load();
  return clientSubject(await open(servers), plan);
}

/** The file a client is loaded from, so that the run can say that ours is the built one. */
function sourceOf(client: Client): string {
  return client.kind === 'ours' ? import.meta.resolve(client.packageName as string) : '';
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function answer(message: Answer): void {
  process.send?.(message);
}
