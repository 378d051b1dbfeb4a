import { isIP } from 'node:net';
import type { ServerAddress } from '@mc/core';
import { ProtocolError } from '@mc/protocol';
import { isPort } from './port.js';

/** A ring of more would take seconds to build. */
const MAX_SERVERS = 4096;

/** What a cluster tells of itself. */
export interface ClusterList {
  /** In the order of the cluster; at least one. */
  readonly servers: readonly ServerAddress[];
  /** 0 to 2^64 - 1; grows with each change. */
  readonly version: bigint;
}

/**
 * Reads two lines: the version, then `host|ip|port` for each server, with a space between two.
 *
 * @throws ProtocolError for anything else
 */
export function readClusterList(payload: string, useIp: boolean, server: string): ClusterList {
  const lines = payload.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const [version = '', nodes = ''] = lines;
  if (lines.length > 2 || !/^\d{1,20}$/.test(version))
    throw rubbish('its list of servers has no version', server);
  const words = nodes.split(' ').filter((word) => word !== '');
  if (words.length === 0) throw rubbish('its list of servers is empty', server);
  if (words.length > MAX_SERVERS) throw rubbish(`its list has more than ${MAX_SERVERS} servers`, server);
  return { version: BigInt(version), servers: words.map((word) => readNode(word, useIp, server)) };
}

function readNode(text: string, useIp: boolean, server: string): ServerAddress {
  const [name = '', ip = '', digits = '', ...rest] = text.split('|');
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  const host = (useIp && ip !== '') || name === '' ? ip : name;
  if (rest.length > 0 || !isPort(port) || !isHost(host) || (ip !== '' && isIP(ip) === 0)) {
    throw rubbish('its list of servers holds what is no server', server);
  }
  return { host, port };
}

function isHost(text: string): boolean {
  return /^[\w.-]+$/.test(text) || isIP(text) !== 0;
}

function rubbish(message: string, server: string): ProtocolError {
  return new ProtocolError(`cluster ${server}: ${message}`, { server });
}
