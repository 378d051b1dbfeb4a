import type { ScriptedConnection } from './scripted-connection.js';
import type { ScriptedRequest } from './scripted-request.js';

/** Flags under which the project's own layout stores text. */
const TEXT_FLAGS = 16;

const REPLIES: Readonly<Record<string, string>> = {
  delete: 'DELETED\r\n',
  touch: 'TOUCHED\r\n',
  incr: '1\r\n',
  decr: '1\r\n',
  flush_all: 'OK\r\n',
  version: 'VERSION 1.6.18\r\n',
  stats: 'STAT pid 1\r\nEND\r\n',
};

/**
 * The value under which {@link healthyScript} holds every key. It names the key, so a reply that reaches the wrong
 * caller is seen at once.
 */
export function valueFor(key: string): string {
  return `value of ${key}`;
}

/** The `VALUE` block of a key, as a reply to `get` has it. */
export function valueBlock(key: string, value: string = valueFor(key), cas?: string): string {
  const length = Buffer.byteLength(value, 'latin1');
  const head = `VALUE ${key} ${TEXT_FLAGS} ${length}`;
  return `${cas === undefined ? head : `${head} ${cas}`}\r\n${value}\r\n`;
}

/** What a server that holds every key answers. */
export function healthyReply({ verb, keys }: ScriptedRequest): string {
  if (verb === 'get' || verb === 'gat') return `${keys.map((key) => valueBlock(key)).join('')}END\r\n`;
  if (verb === 'gets' || verb === 'gats') {
    return `${keys.map((key) => valueBlock(key, valueFor(key), '1')).join('')}END\r\n`;
  }
  return REPLIES[verb] ?? 'STORED\r\n';
}

/** A server that holds every key under {@link valueFor} and stores, deletes and touches with success. */
export async function healthyScript(connection: ScriptedConnection): Promise<void> {
  for await (const request of connection.requests()) {
    if (request.verb === 'quit') break;
    await connection.reply(healthyReply(request));
  }
  connection.end();
}
