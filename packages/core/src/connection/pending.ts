import {
  type BodyLength,
  type CasId,
  type Command,
  type Delta,
  type Exptime,
  type Flags,
  type MemcachedError,
  NEVER,
  type ReplyKind,
  type ReplyReader,
  type Request,
  type WireKey,
  type Word,
} from '@mc/protocol';

/** A request in a connection's queue, and what the pipeline notes about it. */
export abstract class Pending implements Request {
  readonly command: Command;
  readonly key: WireKey | undefined;
  exptime: Exptime = NEVER;
  flags: Flags = 0 as Flags;
  body: Uint8Array | string | undefined = undefined;
  bodyLength: BodyLength = 0 as BodyLength;
  cas: CasId | undefined = undefined;
  delta: Delta | undefined = undefined;
  words: Word | undefined = undefined;

  /** How long the call may take, in milliseconds. */
  timeoutMs: number;
  /** When the call must be settled, on the monotonic clock; 0 until its tick's flush. */
  deadlineMs = 0;
  /** How often it may still be sent again after its connection was lost. */
  retries: number;
  /** True once its caller has an outcome; a reply that comes later is read and dropped. */
  settled = false;
  /** True once bytes of it have been handed to a connection. */
  sent = false;
  /** True where it is not to share a line. */
  alone = false;
  /** True where its VALUE has come; it counts when its line has ended. */
  answered = false;
  /** For the first request of a line: how many requests the line holds. */
  lineLength = 1;

  constructor(command: Command, key: WireKey | undefined, timeoutMs: number, retries: number) {
    this.command = command;
    this.key = key;
    this.timeoutMs = timeoutMs;
    this.retries = retries;
  }

  /**
   * A reply, its parts in `reader`; valid during the call only. Not called once settled. A VALUE is followed by the
   * END of its line: a reply that is cut or broken in between was none.
   */
  abstract onReply(kind: ReplyKind, reader: ReplyReader): void;
  /** No reply will come, or it is an error. Not called once settled. */
  abstract onFailure(error: MemcachedError): void;
}
