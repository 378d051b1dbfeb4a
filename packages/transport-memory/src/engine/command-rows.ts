import {
  type ArithmeticRequest,
  type DeleteRequest,
  type FlushRequest,
  ReplyLine,
  type ReplyWriter,
  type RequestOf,
  type ServerRequest,
  type ServerVerb,
  type StoreRequest,
  type TouchRequest,
} from '../protocol/index.js';
import { runArithmetic } from './arithmetic-command.js';
import { runConfig } from './cluster-command.js';
import type { Engine } from './engine.js';
import { runMetadump } from './metadump-command.js';
import { lookUpAndTouch, runRetrieve } from './retrieve-command.js';
import { runStats } from './stats-command.js';
import { runStore } from './store-command.js';

type Run<R> = (engine: Engine, request: R, replies: ReplyWriter) => void;

interface MayBeSilent {
  readonly noreply: boolean;
}

/** A command that is answered with one line, unless it asked for no reply. */
function answered<R extends MayBeSilent>(run: (engine: Engine, request: R) => string): Run<R> {
  return (engine, request, replies) => {
    const line = run(engine, request);
    if (!request.noreply) replies.line(line);
  };
}

const store: Run<StoreRequest> = answered(runStore);
const arithmetic: Run<ArithmeticRequest> = answered(runArithmetic);

/** What each command does: a row each. */
const COMMAND_ROWS: { readonly [V in ServerVerb]: Run<RequestOf<V>> } = {
  get: runRetrieve,
  gets: runRetrieve,
  gat: runRetrieve,
  gats: runRetrieve,
  set: store,
  add: store,
  replace: store,
  append: store,
  prepend: store,
  cas: store,
  incr: arithmetic,
  decr: arithmetic,
  delete: answered(runDelete),
  touch: answered(runTouch),
  flush_all: answered(runFlush),
  stats: (engine, request, replies) => runStats(engine, request.group, replies),
  verbosity: answered((engine, request) => {
    engine.verbosity = request.level;
    return ReplyLine.OK;
  }),
  config: runConfig,
  lru_crawler: runMetadump,
  version: (engine, _request, replies) => replies.line(`VERSION ${engine.version}`),
  refused: (_engine, request, replies) => replies.line(request.line),
  // The session ends with it; there is no reply.
  quit: () => {},
};

/** Carries out one request. */
export function runRequest(engine: Engine, request: ServerRequest, replies: ReplyWriter): void {
  const run = COMMAND_ROWS[request.verb] as Run<ServerRequest>;
  run(engine, request, replies);
}

function runDelete(engine: Engine, request: DeleteRequest): string {
  const { store: items, statistics } = engine;
  const item = items.find(request.key);
  if (item === undefined) {
    statistics.deleteMisses += 1;
    return ReplyLine.NOT_FOUND;
  }
  statistics.deleteHits += 1;
  items.remove(item);
  return ReplyLine.DELETED;
}

function runTouch(engine: Engine, request: TouchRequest): string {
  return lookUpAndTouch(engine, request.key, request.exptime) === undefined
    ? ReplyLine.NOT_FOUND
    : ReplyLine.TOUCHED;
}

function runFlush(engine: Engine, request: FlushRequest): string {
  engine.statistics.cmdFlush += 1;
  engine.store.flush(request.exptime);
  return ReplyLine.OK;
}
