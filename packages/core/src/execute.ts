import { checkKey, InvalidArgumentError, keyIdentity, plainBytes, type WireKey } from '@mc/protocol';
import { Call, type CallInput, fillBody } from './call.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { CompressionChoice, Key, Packed } from './contract.js';
import { ConfigurationError } from './errors.js';
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
    const wireKey = checkKey(key, context.keyPrefix);
    const call = new Call(context, operation, key, wireKey, input);
    const channel = channelOf(context, wireKey);
    call.listen(input.options?.signal, channel);
    if (context.packOrder.isIdle) call.submitTo(channel);
    else submitInOrder(context, call, channel, input);
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
    const wireKey = checkKey(key, context.keyPrefix);
    const call = new Call(context, operation, key, wireKey, input);
    const channel = channelOf(context, wireKey);
    const packed = context.coder.pack(value, choice);
    if (!(packed instanceof Promise)) fillBody(call, packed);
    call.listen(input.options?.signal, channel);
    if (packed instanceof Promise) submitPacked(context, call, channel, input, packed);
    else if (context.packOrder.isIdle) call.submitTo(channel);
    else submitInOrder(context, call, channel, input);
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
    const wireKey = checkKey(key, context.keyPrefix);
    const call = new Call(context, operation, key, wireKey, input);
    const channel = channelOf(context, wireKey);
    fillBody(call, fragmentOf(value));
    call.listen(input.options?.signal, channel);
    submitInOrder(context, call, channel, input);
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

/** The connection to the server that holds the key. */
export function channelOf(context: Context, key: WireKey): ServerChannel {
  const channel = context.channels[serverIndex(context, key)];
  if (channel === undefined)
    throw new ConfigurationError('the distribution named a server that does not exist');
  return channel;
}

function serverIndex(context: Context, key: WireKey): number {
  try {
    return context.routing.router.serverFor(key);
  } catch (cause) {
    throw new ConfigurationError('the hash or the distribution failed', { cause });
  }
}

/** Submits the call, behind an earlier call on its key whose value is still being packed. */
function submitInOrder(context: Context, call: Call, channel: ServerChannel, input: CallInput): void {
  const identity = keyIdentity(call.key as WireKey);
  const earlier = context.packOrder.tailOf(identity);
  if (earlier === undefined) call.submitTo(channel);
  else context.packOrder.add([identity], [earlier, submitAfter(earlier, call, channel, input)]);
}

/** Submits the call when its value is packed; later calls on the key wait for it. */
function submitPacked(
  context: Context,
  call: Call,
  channel: ServerChannel,
  input: CallInput,
  packing: Promise<Packed>,
): void {
  const identity = keyIdentity(call.key as WireKey);
  const earlier = context.packOrder.tailOf(identity);
  const ready = Promise.all([packing, earlier]).then(([packed]) => fillBody(call, packed));
  context.packOrder.add([identity], [earlier, submitAfter(ready, call, channel, input)]);
}

/** Submits the call after `work`; its deadline counts from now, also while it is in no queue. Never rejects. */
export function submitAfter(
  work: Promise<unknown>,
  call: Call,
  channel: ServerChannel,
  input: CallInput,
): Promise<void> {
  call.deadlineMs = clockMs() + call.timeoutMs;
  return within(work, call.timeoutMs, input.options?.signal ?? undefined)
    .then(() => call.submitTo(channel))
    .catch((error: unknown) => call.fail(error));
}
