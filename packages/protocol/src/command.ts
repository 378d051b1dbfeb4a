import { ERROR_REPLIES, Reply, type ReplyKind, replyMask } from './reply.js';

/** Forms that a request line can have; each has one function in request-writer.ts. */
export type RequestShape =
  | 'retrieve'
  | 'retrieveAndTouch'
  | 'store'
  | 'arithmetic'
  | 'delete'
  | 'touch'
  | 'flush'
  | 'words';

/** A command: how its request is written and what may answer it. */
export interface Command {
  /** The first word of the request. */
  readonly verb: string;
  /** Form of the request line. */
  readonly shape: RequestShape;
  /** Mask of every reply kind that may come, errors included. */
  readonly accepts: number;
  /** Mask of the kinds after which more is to come. */
  readonly continues: number;
  /** True where several keys may stand on one line. */
  readonly multiKey: boolean;
}

function command(
  verb: string,
  shape: RequestShape,
  last: readonly ReplyKind[],
  more: readonly ReplyKind[] = [],
): Command {
  const continues = replyMask(...more);
  const accepts = replyMask(...last) | continues | ERROR_REPLIES;
  return { verb, shape, accepts, continues, multiKey: shape === 'retrieve' };
}

/** The classic text commands. */
export type CommandName =
  | 'get'
  | 'gets'
  | 'gat'
  | 'gats'
  | 'set'
  | 'add'
  | 'replace'
  | 'append'
  | 'prepend'
  | 'cas'
  | 'incr'
  | 'decr'
  | 'delete'
  | 'touch'
  | 'flushAll'
  | 'stats'
  | 'version'
  | 'verbosity'
  | 'quit';

const STORE = [Reply.STORED, Reply.NOT_STORED] as const;

/** The classic text commands (protocol.txt): a row each. */
export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  get: command('get', 'retrieve', [Reply.END], [Reply.VALUE]),
  gets: command('gets', 'retrieve', [Reply.END], [Reply.VALUE]),
  gat: command('gat', 'retrieveAndTouch', [Reply.END], [Reply.VALUE]),
  gats: command('gats', 'retrieveAndTouch', [Reply.END], [Reply.VALUE]),
  set: command('set', 'store', STORE),
  add: command('add', 'store', STORE),
  replace: command('replace', 'store', STORE),
  append: command('append', 'store', STORE),
  prepend: command('prepend', 'store', STORE),
  cas: command('cas', 'store', [Reply.STORED, Reply.EXISTS, Reply.NOT_FOUND, Reply.NOT_STORED]),
  incr: command('incr', 'arithmetic', [Reply.NUMBER, Reply.NOT_FOUND]),
  decr: command('decr', 'arithmetic', [Reply.NUMBER, Reply.NOT_FOUND]),
  delete: command('delete', 'delete', [Reply.DELETED, Reply.NOT_FOUND]),
  touch: command('touch', 'touch', [Reply.TOUCHED, Reply.NOT_FOUND]),
  flushAll: command('flush_all', 'flush', [Reply.OK]),
  stats: command('stats', 'words', [Reply.END, Reply.RESET, Reply.OK], [Reply.STAT]),
  version: command('version', 'words', [Reply.VERSION]),
  verbosity: command('verbosity', 'words', [Reply.OK]),
  quit: command('quit', 'words', []),
};
