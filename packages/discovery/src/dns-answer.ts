import { isIPv4, isIPv6 } from 'node:net';
import type { ServerAddress } from '@mc/core';
import { ProtocolError } from '@mc/protocol';
import type { DnsSrvRecord } from './dns-question.js';
import { isPort } from './port.js';

const MAX_UINT16 = 65_535;

/**
 * Each address once as a server on the port: IPv4 before IPv6, both sorted as text.
 *
 * @throws ProtocolError for what is no address
 */
export function addressServers(
  four: readonly string[],
  six: readonly string[],
  port: number,
  name: string,
): ServerAddress[] {
  if (!four.every((address) => isText(address) && isIPv4(address)) || !six.every(isIPv6Text)) {
    throw new ProtocolError(`${name}: the answer holds what is no address`);
  }
  return [...sortedTexts(four), ...sortedTexts(six)].map((host) => ({ host, port }));
}

/** Scoped addresses (`fe80::1%eth0`) mean something on one machine only. */
function isIPv6Text(address: unknown): boolean {
  return isText(address) && isIPv6(address) && !address.includes('%');
}

/**
 * The records of the lowest priority as servers, sorted by host and port. Weights keep their proportions: they are
 * divided by what they all have in common, so where all are the same they are 1; 0 counts as 1.
 * Source: RFC 2782.
 *
 * @throws ProtocolError for records that name no server
 */
export function srvServers(records: readonly DnsSrvRecord[], name: string): ServerAddress[] {
  if (!records.every(isSrvRecord))
    throw new ProtocolError(`${name}: the answer holds a record that names no server`);
  const lowest = records.reduce((least, { priority }) => Math.min(least, priority), MAX_UINT16);
  const servers = new Map<string, Required<Pick<ServerAddress, 'host' | 'port' | 'weight'>>>();
  for (const { name: target, port, priority, weight } of records) {
    if (priority !== lowest) continue;
    const host = hostOf(target);
    const key = `${host} ${port}`;
    // A server that is there twice is one server; which record counts must not depend on their order.
    servers.set(key, { host, port, weight: Math.max(weight, 1, servers.get(key)?.weight ?? 0) });
  }
  const divisor = [...servers.values()].reduce(
    (common, { weight }) => greatestCommonDivisor(common, weight),
    0,
  );
  return [...servers.values()]
    .sort((a, b) => compareTexts(a.host, b.host) || a.port - b.port)
    .map((server) => ({ ...server, weight: server.weight / divisor }));
}

/** DNS does not tell capitals from small letters, and answers may come in either: the names of servers must not change. */
function hostOf(target: string): string {
  return target.replace(/\.$/, '').toLowerCase();
}

/** A target of `.` says that there is no such service. */
function isSrvRecord(record: DnsSrvRecord): boolean {
  if (typeof record !== 'object' || record === null) return false;
  const { name, port, priority, weight } = record;
  return (
    isText(name) &&
    /^[^\s/[\]@?#:|]+$/.test(hostOf(name)) &&
    isPort(port) &&
    isUint16(priority) &&
    isUint16(weight)
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isUint16(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT16;
}

function sortedTexts(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(compareTexts);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
