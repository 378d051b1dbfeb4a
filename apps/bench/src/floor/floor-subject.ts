import type { Plan } from '../plan.js';
import type { Subject } from '../subject.js';
import { type DrainedSocket, openDrainedSocket, type ReadStyle } from './drained-socket.js';
import { type Exchange, exchangesOf, type LineStyle, storeOf } from './request-bytes.js';

/** The work that no client can avoid: prebuilt bytes out, the right number of bytes in, one wait a step. */
export async function openFloor(
  servers: readonly string[],
  plan: Plan,
  lines: LineStyle,
  reads: ReadStyle,
): Promise<Subject> {
  const used = servers.slice(0, plan.workload.servers);
  const sockets = await Promise.all(used.map((server) => openDrainedSocket(server, reads)));
  const steps = plan.steps.map((step) => exchangesOf(plan, step, lines));
  let next = 0;
  return {
    prepare: () => prepare(sockets, plan, steps),
    step: () => {
      const exchanges = steps[next] as Exchange[];
      next = next + 1 === steps.length ? 0 : next + 1;
      return doStep(sockets, exchanges);
    },
    isRight: () => true,
    close: async () => {
      for (const socket of sockets) socket.close();
    },
  };
}

function doStep(sockets: readonly DrainedSocket[], exchanges: readonly Exchange[]): Promise<unknown> {
  const only = exchanges[0] as Exchange;
  if (exchanges.length === 1) return (sockets[0] as DrainedSocket).exchange(only.request, only.replyBytes);
  return Promise.all(
    exchanges.map((each) => (sockets[each.server] as DrainedSocket).exchange(each.request, each.replyBytes)),
  );
}

async function prepare(
  sockets: readonly DrainedSocket[],
  plan: Plan,
  steps: readonly (readonly Exchange[])[],
): Promise<void> {
  for (let index = 0; index < plan.keys.length; index += 1) await verify(sockets, storeOf(plan, index));
  for (const step of steps) {
    for (const exchange of step) await verify(sockets, exchange);
  }
}

async function verify(sockets: readonly DrainedSocket[], exchange: Exchange): Promise<void> {
  const socket = sockets[exchange.server] as DrainedSocket;
  const reply = await socket.capture(exchange.request, exchange.replyBytes);
  if (reply !== exchange.reply()) throw new Error('The bytes that came back are not the ones expected.');
}
