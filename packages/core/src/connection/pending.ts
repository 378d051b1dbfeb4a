import type {
  Command,
  MemcachedError,
  ReplyKind,
  ReplyReader,
  Request,
  RequestParameters,
  WireKey,
} from '@mc/protocol';

/** A request in a connection's queue, and what the pipeline notes about it. */
export abstract class Pending implements Request {
  readonly command: Command;
  readonly key: WireKey | undefined;
  parameters: RequestParameters;
  /** What decides on its server, where it is not the key. */
  routeKey: WireKey | undefined = undefined;

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

  constructor(
    command: Command,
    key: WireKey | undefined,
    parameters: RequestParameters,
    timeoutMs: number,
    retries: number,
  ) {
    this.command = command;
    this.key = key;
    this.parameters = parameters;
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
