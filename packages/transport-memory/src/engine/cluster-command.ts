import { type ConfigRequest, ReplyLine, type ReplyWriter } from '../protocol/index.js';
import type { Engine } from './engine.js';

/** The key under which engines before 1.4.14 keep the list of nodes. */
const LEGACY_KEY = 'AmazonElastiCache:cluster';

/**
 * Carries out `config get <name>`. Source: Amazon ElastiCache's user guide, "Adding Auto Discovery to your client
 * library".
 */
export function runConfig(engine: Engine, request: ConfigRequest, replies: ReplyWriter): void {
  const cluster = engine.cluster.current;
  if (cluster === undefined || cluster.legacy || request.name !== 'cluster') {
    replies.line(ReplyLine.ERROR);
    return;
  }
  replies.config('cluster', cluster.body);
  replies.line(ReplyLine.END);
}

/** What `get` finds under a key without an item: the list of nodes, on a server that speaks the older form. */
export function clusterValue(engine: Engine, key: string): Uint8Array | undefined {
  const cluster = engine.cluster.current;
  return cluster?.legacy === true && key === LEGACY_KEY ? cluster.body : undefined;
}
