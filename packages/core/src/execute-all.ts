import { timeoutOf } from './arguments.js';
import { Call, type CallInput } from './call.js';
import type { Context } from './context.js';
import { PartialFailureError } from './errors.js';
import type { Operation } from './operations.js';
import { clockMs } from './runtime.js';

/** One operation on every server: results by server name, or a `PartialFailureError` whose errors are by server name. */
export async function executeAll(
  context: Context,
  operation: Operation,
  input: CallInput,
): Promise<Map<string, unknown>> {
  const calls = await submitInOrder(context, operation, input);
  const results = new Map<string, unknown>();
  const errors = new Map<string, Error>();
  const settled = await Promise.allSettled(calls.values());
  for (const [at, name] of [...calls.keys()].entries()) {
    const outcome = settled[at] as PromiseSettledResult<unknown>;
    if (outcome.status === 'fulfilled') results.set(name, outcome.value);
    else errors.set(name, outcome.reason as Error);
  }
  if (input.options?.signal?.aborted && errors.size > 0) throw errors.values().next().value;
  if (errors.size > 0) throw new PartialFailureError(results, errors);
  return results;
}

/** flush_all must not overtake a value that is still being packed, nor be overtaken while it waits for one. */
async function submitInOrder(
  context: Context,
  operation: Operation,
  input: CallInput,
): Promise<Map<string, Promise<unknown>>> {
  const { packOrder } = context;
  if (packOrder.isIdle) return submitAll(context, operation, input, 0);
  const timeoutMs = timeoutOf(input.options, context.timeoutMs);
  const deadlineMs = clockMs() + timeoutMs;
  return packOrder.inTurn(undefined, [], timeoutMs, input.options?.signal, () =>
    submitAll(context, operation, input, deadlineMs),
  );
}

/** The outcomes by server name. */
function submitAll(
  context: Context,
  operation: Operation,
  input: CallInput,
  deadlineMs: number,
): Map<string, Promise<unknown>> {
  const outcomes = new Map<string, Promise<unknown>>();
  for (const channel of context.fleet.channels()) {
    const call = new Call(context, operation, undefined, undefined, input);
    call.deadlineMs = deadlineMs;
    call.listen(input.options?.signal);
    call.submitTo(channel);
    // Looked at together, when all have settled.
    call.promise.catch(() => {});
    outcomes.set(channel.server.name, call.promise);
  }
  return outcomes;
}
