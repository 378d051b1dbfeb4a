import { ReplyLine, type ReplyWriter, type RetrieveRequest } from '../protocol/index.js';
import { clusterValue } from './cluster-command.js';
import type { Engine } from './engine.js';
import type { Item } from './item.js';

/** Carries out get, gets, gat or gats. Source: proto_text.c, process_get_command. */
export function runRetrieve(engine: Engine, request: RetrieveRequest, replies: ReplyWriter): void {
  const { keys, exptime, refusal } = request;
  const withCas = request.verb === 'gets' || request.verb === 'gats';
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i] as string;
    const item = exptime === undefined ? lookUp(engine, key) : lookUpAndTouch(engine, key, exptime);
    if (refusal !== undefined) continue;
    if (item !== undefined) replies.value(key, item.flags, item.body, withCas ? item.cas : undefined);
    else if (request.verb === 'get') answerForCluster(engine, key, replies);
  }
  replies.line(refusal ?? ReplyLine.END);
}

function answerForCluster(engine: Engine, key: string, replies: ReplyWriter): void {
  const body = clusterValue(engine, key);
  if (body !== undefined) replies.value(key, 0, body);
}

function lookUp(engine: Engine, key: string): Item | undefined {
  const { store, statistics } = engine;
  const item = store.find(key);
  statistics.cmdGet += 1;
  if (item === undefined) {
    statistics.getMisses += 1;
  } else {
    statistics.getHits += 1;
    store.use(item);
  }
  return item;
}

/** The item of the key with a new expiry. A touch is no write: the CAS id stays. */
export function lookUpAndTouch(engine: Engine, key: string, exptime: number): Item | undefined {
  const { store, statistics, clock } = engine;
  const item = store.find(key);
  statistics.cmdTouch += 1;
  if (item === undefined) {
    statistics.touchMisses += 1;
  } else {
    statistics.touchHits += 1;
    item.expiry = clock.expiryOf(exptime);
    store.use(item);
  }
  return item;
}
