import { type MetadumpRequest, ReplyLine, type ReplyWriter } from '../protocol/index.js';
import type { Engine } from './engine.js';

/** What stands in a dump as it is; any other byte as `%XX`. Source: memcached 1.6.18, util.c, uriencode. */
const RESERVED = /[^\w.~-]/g;
/** There are no slab classes here: all items count as class 1. */
const SLAB_CLASS = 1;

/** Lists the items. Source: crawler.c, crawler_metadump_eval. */
export function runMetadump(engine: Engine, { what }: MetadumpRequest, replies: ReplyWriter): void {
  const { store, clock } = engine;
  const isMeant = what === 'all' || what === 'hash' || what.split(',').includes(String(SLAB_CLASS));
  for (const item of isMeant ? store.live() : []) {
    const key = item.key.replace(RESERVED, (byte) => `%${hex(byte)}`);
    const expiry = item.expiry === 0 ? -1 : Math.floor(item.expiry) + clock.base;
    const time = Math.floor(item.time) + clock.base;
    const rest = `la=${time} cas=${item.cas} fetch=no cls=${SLAB_CLASS} size=${item.bytes}`;
    replies.dumpLine(`key=${key} exp=${expiry} ${rest}`);
  }
  replies.line(ReplyLine.END);
}

function hex(byte: string): string {
  return byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
