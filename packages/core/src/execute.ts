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
export function channelOf(context: Context, request: Pending, { onFailure }: Operation): ServerChannel {
  // What always rejects where its server fails is done by that server alone: a lock, a counter or a CAS id of one
  // server means nothing on another.
  return context.fleet.channelFor(request.routeKey ?? (request.key as WireKey), onFailure !== undefined);
}

/** Submits the call, behind an earlier call on its key that still waits. Whatever is wrong is the call's outcome. */
function submit(context: Context, call: Call, input: CallInput): void {
  const { packOrder } = context;
  try {
    if (packOrder.isIdle || !packOrder.isBusy(keyIdentity(call.key as WireKey))) {
      call.submitTo(channelOf(context, call, call.operation));
    } else submitInTurn(context, call, input, []);
  } catch (error) {
    refuse(call, error);
  }
}

/** Submits the call when its value is packed; later calls on the key wait for it. */
function submitPacked(context: Context, call: Call, input: CallInput, packing: Promise<Packed>): void {
  const filled = packing.then((packed) => fillBody(call, packed));
  // The call may be refused before anybody waits for this.
  filled.catch(() => {});
  submitInTurn(context, call, input, [filled]);
}

/** Submits the call after `work`, in its turn; its deadline counts from now. */
function submitInTurn(
  context: Context,
  call: Call,
  input: CallInput,
  work: ReadonlyArray<Promise<void>>,
): void {
  call.deadlineMs = clockMs() + call.timeoutMs;
  context.packOrder
    .inTurn([keyIdentity(call.key as WireKey)], work, call.timeoutMs, input.options?.signal, () =>
      call.submitTo(channelOf(context, call, call.operation)),
    )
    .catch((error: unknown) => refuse(call, error));
}

function refuse(call: Call, error: unknown): void {
  if (isMemcachedError(error)) call.onFailure(error);
  else call.fail(error);
}
