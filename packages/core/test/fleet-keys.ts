import type { MemcachedClient } from '@mc/core';

/** The first keys `<prefix>0`, `<prefix>1`, ... that a server holds. */
export function keysOn(client: MemcachedClient, server: string, count = 1, prefix = 'key-'): string[] {
  const found: string[] = [];
  for (let number = 0; found.length < count; number += 1) {
    const key = `${prefix}${number}`;
    if (client.serverFor(key).name === server) found.push(key);
  }
  return found;
}

/** The first key that a server holds. */
export function keyOn(client: MemcachedClient, server: string): string {
  return keysOn(client, server)[0] as string;
}

/** Names of a client's servers, in the order of the list. */
export function namesOf(client: MemcachedClient): string[] {
  return client.servers().map(({ name }) => name);
}
