import { Call, type CallInput } from './call.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import { PartialFailureError } from './errors.js';
import { submitAfter } from './execute.js';
import type { Operation } from './operations.js';

/** One operation on every server: results by server name, or a `PartialFailureError` whose errors are by server name. */
export async function executeAll(
  context: Context,
  operation: Operation,
  input: CallInput,
): Promise<Map<string, unknown>> {
  const calls = context.channels.map((channel) => {
    const call = new Call(context, operation, undefined, undefined, input);
    call.listen(input.options?.signal, channel);
    return { call, channel };
  });
  const settled = Promise.allSettled(calls.map(({ call }) => call.promise));
  submitInOrder(context, calls, input);
  const results = new Map<string, unknown>();
  const errors = new Map<string, Error>();
  for (const [at, outcome] of (await settled).entries()) {
    const name = context.servers[at]?.name as string;
    if (outcome.status === 'fulfilled') results.set(name, outcome.value);
    else errors.set(name, outcome.reason as Error);
  }
  if (input.options?.signal?.aborted && errors.size > 0) throw errors.values().next().value;
  if (errors.size > 0) throw new PartialFailureError(results, errors);
  return results;
}

/** flush_all must not overtake a value that is still being packed, nor be overtaken while it waits for one. */
function submitInOrder(
  context: Context,
  calls: ReadonlyArray<{ call: Call; channel: ServerChannel }>,
  input: CallInput,
): void {
  const { packOrder } = context;
  if (packOrder.isIdle) {
    for (const { call, channel } of calls) call.submitTo(channel);
    return;
  }
  const earlier = packOrder.all();
  const submitted = Promise.all(calls.map(({ call, channel }) => submitAfter(earlier, call, channel, input)));
  packOrder.addForAll([earlier, submitted]);
}
