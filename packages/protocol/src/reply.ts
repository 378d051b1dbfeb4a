/**
 * Kinds of reply lines a server can send (protocol.txt). The numbers are used as bits of a mask: see
 * {@link replyMask}.
 */
export const Reply = {
  /** `VALUE <key> <flags> <bytes> [<cas>]` and the bytes. */
  VALUE: 1,
  END: 2,
  STORED: 3,
  NOT_STORED: 4,
  EXISTS: 5,
  NOT_FOUND: 6,
  DELETED: 7,
  TOUCHED: 8,
  OK: 9,
  /** The new value of a counter. */
  NUMBER: 10,
  VERSION: 11,
  /** `STAT <name> <value>`. */
  STAT: 12,
  RESET: 13,
  ERROR: 14,
  CLIENT_ERROR: 15,
  SERVER_ERROR: 16,
} as const;

/** One of the kinds of {@link Reply}. */
export type ReplyKind = (typeof Reply)[keyof typeof Reply];

/** What the reader returns where the bytes so far hold no whole reply. */
export const NEED_MORE = 0;

/** A set of reply kinds. */
export function replyMask(...kinds: readonly ReplyKind[]): number {
  let mask = 0;
  for (const kind of kinds) mask |= 1 << kind;
  return mask;
}

/** The kinds that any command may be answered with. */
export const ERROR_REPLIES: number = replyMask(Reply.ERROR, Reply.CLIENT_ERROR, Reply.SERVER_ERROR);

/** Reply lines that are one fixed word. */
export const WORD_REPLIES: ReadonlyMap<string, ReplyKind> = new Map<string, ReplyKind>([
  ['END', Reply.END],
  ['STORED', Reply.STORED],
  ['NOT_STORED', Reply.NOT_STORED],
  ['EXISTS', Reply.EXISTS],
  ['NOT_FOUND', Reply.NOT_FOUND],
  ['DELETED', Reply.DELETED],
  ['TOUCHED', Reply.TOUCHED],
  ['OK', Reply.OK],
  ['RESET', Reply.RESET],
  ['ERROR', Reply.ERROR],
]);

/** Reply lines that are a word, a space and text. */
export const TEXT_REPLIES: ReadonlyMap<string, ReplyKind> = new Map<string, ReplyKind>([
  ['VERSION', Reply.VERSION],
  ['STAT', Reply.STAT],
  ['ERROR', Reply.ERROR],
  ['CLIENT_ERROR', Reply.CLIENT_ERROR],
  ['SERVER_ERROR', Reply.SERVER_ERROR],
]);
