import { COMMANDS, type Command, Reply, type ReplyKind } from '@mc/protocol';

/** What a reply means to the caller of an operation. */
export type Meaning =
  | 'true'
  | 'false'
  | 'value'
  | 'valueWithCas'
  | 'present'
  /** The end of a read's reply: what was kept of it, or nothing there. */
  | 'miss'
  | 'absent'
  | 'number'
  | 'missingCounter'
  | 'text'
  | 'stat'
  | 'endOfStats';

/** An operation as data: its command, what its replies mean, and what may be done when its server fails. */
export interface Operation {
  /** Name of the client's method; shown in events. */
  readonly name: string;
  readonly command: Command;
  /** True where sending it twice does no harm. */
  readonly canRetry: boolean;
  /** What `onServerFailure: 'miss'` makes of an unreachable server; `undefined` rejects always. */
  readonly onFailure: 'miss' | 'false' | undefined;
  /** Meaning by reply kind; kinds that are absent cannot come. */
  readonly replies: readonly (Meaning | undefined)[];
}

type Replies = ReadonlyArray<readonly [kind: ReplyKind, meaning: Meaning]>;

function operation(
  name: string,
  command: Command,
  replies: Replies,
  traits: { canRetry?: boolean; onFailure?: 'miss' | 'false' } = {},
): Operation {
  const table: Array<Meaning | undefined> = new Array(Reply.SERVER_ERROR + 1).fill(undefined);
  for (const [kind, meaning] of replies) table[kind] = meaning;
  return { name, command, canRetry: traits.canRetry ?? false, onFailure: traits.onFailure, replies: table };
}

const READ = { canRetry: true, onFailure: 'miss' } as const;
const STORE = [
  [Reply.STORED, 'true'],
  [Reply.NOT_STORED, 'false'],
] as const satisfies Replies;
const COUNT = [
  [Reply.NUMBER, 'number'],
  [Reply.NOT_FOUND, 'missingCounter'],
] as const satisfies Replies;
const VALUE = [
  [Reply.VALUE, 'value'],
  [Reply.END, 'miss'],
] as const satisfies Replies;

const VALUE_WITH_CAS = [
  [Reply.VALUE, 'valueWithCas'],
  [Reply.END, 'miss'],
] as const satisfies Replies;
const DELETE = [
  [Reply.DELETED, 'true'],
  [Reply.NOT_FOUND, 'false'],
] as const satisfies Replies;

/** Names of the rows of {@link OPERATIONS}. */
export type OperationName =
  | 'get'
  | 'gets'
  | 'getMulti'
  | 'getsMulti'
  | 'has'
  | 'getAndTouch'
  | 'touch'
  | 'set'
  | 'setMulti'
  | 'add'
  | 'addMulti'
  | 'replace'
  | 'append'
  | 'prepend'
  | 'cas'
  | 'delete'
  | 'deleteMulti'
  | 'incr'
  | 'incrMulti'
  | 'decr'
  | 'flushAll'
  | 'version'
  | 'stats';

/** The table of operations. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  get: operation('get', COMMANDS.get, VALUE, READ),
  gets: operation('gets', COMMANDS.gets, VALUE_WITH_CAS, READ),
  getMulti: operation('getMulti', COMMANDS.get, VALUE, READ),
  getsMulti: operation('getsMulti', COMMANDS.gets, VALUE_WITH_CAS, READ),
  has: operation(
    'has',
    COMMANDS.get,
    [
      [Reply.VALUE, 'present'],
      [Reply.END, 'absent'],
    ],
    { canRetry: true, onFailure: 'false' },
  ),
  // A touch repeated sets the same ttl; but one that was lost may have been overtaken, so it is not sent again.
  getAndTouch: operation('getAndTouch', COMMANDS.gat, VALUE, { onFailure: 'miss' }),
  touch: operation(
    'touch',
    COMMANDS.touch,
    [
      [Reply.TOUCHED, 'true'],
      [Reply.NOT_FOUND, 'false'],
    ],
    { onFailure: 'false' },
  ),
  set: operation('set', COMMANDS.set, STORE, { onFailure: 'false' }),
  setMulti: operation('setMulti', COMMANDS.set, STORE, { onFailure: 'false' }),
  add: operation('add', COMMANDS.add, STORE),
  addMulti: operation('addMulti', COMMANDS.add, STORE),
  replace: operation('replace', COMMANDS.replace, STORE, { onFailure: 'false' }),
  append: operation('append', COMMANDS.append, STORE, { onFailure: 'false' }),
  prepend: operation('prepend', COMMANDS.prepend, STORE, { onFailure: 'false' }),
  cas: operation('cas', COMMANDS.cas, [...STORE, [Reply.EXISTS, 'false'], [Reply.NOT_FOUND, 'false']]),
  delete: operation('delete', COMMANDS.delete, DELETE, { onFailure: 'false' }),
  deleteMulti: operation('deleteMulti', COMMANDS.delete, DELETE, { onFailure: 'false' }),
  incr: operation('incr', COMMANDS.incr, COUNT),
  incrMulti: operation('incrMulti', COMMANDS.incr, COUNT),
  decr: operation('decr', COMMANDS.decr, COUNT),
  flushAll: operation('flushAll', COMMANDS.flushAll, [[Reply.OK, 'true']]),
  version: operation('version', COMMANDS.version, [[Reply.VERSION, 'text']], { canRetry: true }),
  stats: operation('stats', COMMANDS.stats, [
    [Reply.STAT, 'stat'],
    [Reply.END, 'endOfStats'],
    [Reply.RESET, 'endOfStats'],
    [Reply.OK, 'endOfStats'],
  ]),
};
