import { InvalidArgumentError, isMemcachedError, keyIdentity, plainBytes, type WireKey } from '@mc/protocol';
import { Call, type CallInput, fillBody } from './call.js';
import type { Pending } from './connection/pending.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { CompressionChoice, Key, Packed } from './contract.js';
import { routeKeyOf, wireKeyOf } from './key-rules.js';
import type { Operation } from './operations.js';
import { clockMs } from './runtime.js';
import { captureBytes, packText } from './value/simple.js';
import { within } from './within.js';

const NOTHING: CallInput = {};

/**
 * The whole way of a call that has no value to send: key, route, connection. Its reply comes back through
 * `Call.onReply`, by the operation's table of replies, and is unpacked there.
 */
export function execute(
  context: Context,
  operation: Operation,
  key: Key,
  input: CallInput = NOTHING,
): Promise<unknown> {
  try {
    const call = makeCall(context, operation, key, input);
    call.listen(input.options?.signal);
    submit(context, call, input);
    return call.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The way of a call that sends a value: the value is packed first, and knows nothing of key and server. */
export function executeStore(
  context: Context,
  operation: Operation,
  key: Key,
  value: unknown,
  input: CallInput,
  choice: CompressionChoice | undefined,
): Promise<unknown> {
  try {
    const call = makeCall(context, operation, key, input);
    const packed = context.coder.pack(value, choice);
    if (!(packed instanceof Promise)) fillBody(call, packed);
    call.listen(input.options?.signal);
    if (packed instanceof Promise) submitPacked(context, call, input, packed);
    else submit(context, call, input);
    return call.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The way of append and prepend: their text or bytes join the stored bytes as they are, so nothing is packed. */
export function executeJoin(
  context: Context,
  operation: Operation,
  key: Key,
  value: string | Uint8Array,
  input: CallInput,
): Promise<unknown> {
  try {
    const call = makeCall(context, operation, key, input);
    fillBody(call, fragmentOf(value));
    call.listen(input.options?.signal);
    submit(context, call, input);
    return call.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

function fragmentOf(value: string | Uint8Array): Packed {
  if (typeof value === 'string') return { data: packText(value).data, flags: 0 };
  const bytes = plainBytes(value);
  if (bytes !== undefined) return { data: captureBytes(bytes), flags: 0 };
  throw new InvalidArgumentError('append and prepend take a string or a Uint8Array');
}

/** The call, its key checked. @throws InvalidKeyError, InvalidArgumentError */
function makeCall(context: Context, operation: Operation, key: Key, input: CallInput): Call {
  const { keyRules } = context;
  const wireKey = wireKeyOf(keyRules, key);
  const call = new Call(context, operation, key, wireKey, input);
  call.routeKey = routeKeyOf(keyRules, key, wireKey, input.options?.routeBy);
  return call;
}

/** The way to the server that holds the request's key, as the servers are now. @throws ConfigurationError */
export function channelOf(context: Context, request: Pending): ServerChannel {
  return context.fleet.channelFor(request.routeKey ?? (request.key as WireKey));
}

/** Submits the call, behind an earlier call on its key whose value is still being packed. */
function submit(context: Context, call: Call, input: CallInput): void {
  const { packOrder } = context;
  if (packOrder.isIdle) {
    call.submitTo(channelOf(context, call));
    return;
  }
  const identity = keyIdentity(call.key as WireKey);
  const earlier = packOrder.tailOf(identity);
  if (earlier === undefined) call.submitTo(channelOf(context, call));
  else packOrder.add([identity], [earlier, submitAfter(earlier, context, call, input)]);
}

/** Submits the call when its value is packed; later calls on the key wait for it. */
function submitPacked(context: Context, call: Call, input: CallInput, packing: Promise<Packed>): void {
  const identity = keyIdentity(call.key as WireKey);
  const earlier = context.packOrder.tailOf(identity);
  const ready = Promise.all([packing, earlier]).then(([packed]) => fillBody(call, packed));
  context.packOrder.add([identity], [earlier, submitAfter(ready, context, call, input)]);
}

/** Submits the call after `work`; its deadline counts from now, also while it is in no queue. Never rejects. */
function submitAfter(work: Promise<unknown>, context: Context, call: Call, input: CallInput): Promise<void> {
  call.deadlineMs = clockMs() + call.timeoutMs;
  return within(work, call.timeoutMs, input.options?.signal ?? undefined)
    .then(() => call.submitTo(channelOf(context, call)))
    .catch((error: unknown) => (isMemcachedError(error) ? call.onFailure(error) : call.fail(error)));
}
