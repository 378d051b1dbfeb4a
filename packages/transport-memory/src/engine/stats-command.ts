import { ReplyLine, type ReplyWriter } from '../protocol/index.js';
import type { Engine } from './engine.js';

type StatRow = readonly [name: string, value: string | number];

/** The groups of statistics there are; the names are memcached's, in its order. Any other group is an ERROR. */
const GROUPS: ReadonlyMap<string | undefined, (engine: Engine) => readonly StatRow[]> = new Map([
  [undefined, generalRows],
  ['settings', settingsRows],
  ['items', itemRows],
  ['slabs', slabRows],
  ['sizes', (): readonly StatRow[] => [['sizes_status', 'disabled']]],
  ['conns', (): readonly StatRow[] => []],
]);

/** Carries out stats. Source: proto_text.c, process_stat. */
export function runStats(engine: Engine, group: string | undefined, replies: ReplyWriter): void {
  if (group === 'reset') {
    engine.statistics.reset();
    replies.line(ReplyLine.RESET);
    return;
  }
  const rows = GROUPS.get(group);
  if (rows === undefined) {
    replies.line(ReplyLine.ERROR);
    return;
  }
  for (const [name, value] of rows(engine)) replies.stat(name, value);
  replies.line(ReplyLine.END);
}

function generalRows(engine: Engine): readonly StatRow[] {
  const { clock, statistics: counts } = engine;
  return [
    ['uptime', clock.uptime],
    ['time', Math.floor(clock.current) + clock.base],
    ['version', engine.version],
    ['pointer_size', 64],
    ['curr_connections', engine.connections],
    ['total_connections', counts.totalConnections],
    ['cmd_get', counts.cmdGet],
    ['cmd_set', counts.cmdSet],
    ['cmd_flush', counts.cmdFlush],
    ['cmd_touch', counts.cmdTouch],
    ['get_hits', counts.getHits],
    ['get_misses', counts.getMisses],
    ['get_expired', counts.getExpired],
    ['get_flushed', counts.getFlushed],
    ['delete_misses', counts.deleteMisses],
    ['delete_hits', counts.deleteHits],
    ['incr_misses', counts.incrMisses],
    ['incr_hits', counts.incrHits],
    ['decr_misses', counts.decrMisses],
    ['decr_hits', counts.decrHits],
    ['cas_misses', counts.casMisses],
    ['cas_hits', counts.casHits],
    ['cas_badval', counts.casBadval],
    ['touch_hits', counts.touchHits],
    ['touch_misses', counts.touchMisses],
    ['store_too_large', counts.storeTooLarge],
    ['store_no_memory', counts.storeNoMemory],
    ['bytes_read', counts.bytesRead],
    ['bytes_written', counts.bytesWritten],
    ['limit_maxbytes', engine.memoryBytes],
    ['accepting_conns', 1],
    ['threads', 1],
    ['bytes', engine.store.bytes],
    ['curr_items', engine.store.count],
    ['total_items', counts.totalItems],
    ['evictions', counts.evictions],
    ['reclaimed', counts.reclaimed],
  ];
}

function settingsRows(engine: Engine): readonly StatRow[] {
  return [
    ['maxbytes', engine.memoryBytes],
    ['tcpport', 0],
    ['udpport', 0],
    ['verbosity', engine.verbosity],
    ['oldest', Math.max(0, Math.floor(engine.store.flushTime))],
    ['evictions', engine.evict ? 'on' : 'off'],
    ['domain_socket', 'NULL'],
    ['shutdown_command', 'no'],
    ['cas_enabled', 'yes'],
    ['auth_enabled_sasl', 'no'],
    ['auth_enabled_ascii', 'no'],
    ['item_size_max', engine.maxItemBytes],
    ['flush_enabled', 'yes'],
    ['dump_enabled', 'no'],
    ['idle_timeout', 0],
  ];
}

/** There are no slab classes here: all items count as class 1. */
function itemRows(engine: Engine): readonly StatRow[] {
  if (engine.store.count === 0) return [];
  return [
    ['items:1:number', engine.store.count],
    ['items:1:mem_requested', engine.store.bytes],
    ['items:1:evicted', engine.statistics.evictions],
    ['items:1:outofmemory', engine.statistics.storeNoMemory],
    ['items:1:reclaimed', engine.statistics.reclaimed],
  ];
}

function slabRows(engine: Engine): readonly StatRow[] {
  return [
    ['active_slabs', engine.store.count === 0 ? 0 : 1],
    ['total_malloced', engine.store.bytes],
  ];
}
