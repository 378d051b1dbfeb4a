export type { BodyLength, CasId, Delta, Flags, Word } from './argument.js';
export { checkBodyLength, checkCas, checkDelta, checkFlags, checkWord } from './argument.js';
export type { Command, CommandName, RequestShape } from './command.js';
export { COMMANDS } from './command.js';
export type { ConnectionOutcome, ErrorCode, ErrorDetails, ErrorRow, WriteOutcome } from './error.js';
export { ERROR_TABLE, isMemcachedError, isServerFailure, MemcachedError } from './error.js';
export { InvalidArgumentError, InvalidKeyError, ProtocolError, ValueTooLargeError } from './errors.js';
export type { Exptime } from './exptime.js';
export { exptimeOf, flushDelayOf, limitExptime, MAX_RELATIVE_SECONDS, NEVER } from './exptime.js';
export type { WireKey } from './key.js';
export { checkKey, keyIdentity, MAX_KEY_BYTES } from './key.js';
export { plainBytes } from './plain-bytes.js';
export type { ReplyKind } from './reply.js';
export { NEED_MORE, Reply, replyMask } from './reply.js';
export type { ReplyReaderOptions } from './reply-reader.js';
export { ReplyReader } from './reply-reader.js';
export type { Request, RequestParameters, TextWriter } from './request-writer.js';
export {
  headBytes,
  NO_PARAMETERS,
  writeBody,
  writeHead,
  writeKey,
  writeLineEnd,
  writeVerb,
} from './request-writer.js';
