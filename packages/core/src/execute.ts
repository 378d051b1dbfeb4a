import { checkKey, InvalidArgumentError, keyIdentity, type WireKey } from '@mc/protocol';
import { Call, type CallInput, fillBody } from './call.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Context } from './context.js';
import type { Key, Packed } from './contract.js';
import { TimeoutError } from './errors.js';
import type { Operation } from './operations.js';
import { clearTimer, clockMs, setTimer } from './runtime.js';
import { captureBytes, packText } from './value/simple.js';
import type { CompressionChoice } from './value/value-coder.js';

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
    else submitInOrder(context, call, channel);
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
    const packed = context.coder.pack(value, choice);
    const channel = channelOf(context, wireKey);
    call.listen(input.options?.signal, channel);
    if (packed instanceof Promise) {
      submitPacked(context, call, channel, packed);
    } else {
      fillBody(call, packed);
      if (context.packOrder.isIdle) call.submitTo(channel);
      else submitInOrder(context, call, channel);
    }
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
    submitInOrder(context, call, channel);
    return call.promise;
  } catch (error) {
    return Promise.reject(error);
  }
}

function fragmentOf(value: string | Uint8Array): Packed {
  if (typeof value === 'string') return { data: packText(value).data, flags: 0 };
  if (value instanceof Uint8Array) return { data: captureBytes(value), flags: 0 };
  throw new InvalidArgumentError('append and prepend take a string or a Uint8Array');
}

/** The connection to the server that holds the key. */
export function channelOf(context: Context, key: WireKey): ServerChannel {
  return context.channels[context.routing.router.serverFor(key)] as ServerChannel;
}

/** Submits the call, behind an earlier call on its key whose value is still being packed. */
function submitInOrder(context: Context, call: Call, channel: ServerChannel): void {
  const earlier = context.packOrder.tailOf(keyIdentity(call.key as WireKey));
  if (earlier === undefined) call.submitTo(channel);
  else waitFor(call, earlier, () => call.submitTo(channel));
}

/** Submits the call when its value is packed; later calls on the key wait for it. */
function submitPacked(context: Context, call: Call, channel: ServerChannel, packing: Promise<Packed>): void {
  const identity = keyIdentity(call.key as WireKey);
  const earlier = context.packOrder.tailOf(identity);
  const ready = Promise.all([packing, earlier]).then(
    ([packed]) => fillBody(call, packed),
    (error: unknown) => call.fail(error),
  );
  context.packOrder.add(
    [identity],
    waitFor(call, ready, () => call.submitTo(channel)),
  );
}

/** Runs the task after `work`; the call's deadline counts from now, also while it is not in a queue. */
export function waitFor(call: Call, work: Promise<void>, task: () => void): Promise<void> {
  call.deadlineMs = clockMs() + call.timeoutMs;
  const timer = setTimer(() => call.onFailure(new TimeoutError(false, call.timeoutMs)), call.timeoutMs);
  return work.then(
    () => {
      clearTimer(timer);
      task();
    },
    (error: unknown) => {
      clearTimer(timer);
      call.fail(error);
    },
  );
}
