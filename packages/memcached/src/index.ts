export { jsonCodec } from '@mc/codec-json';
export * from '@mc/core';
export { tcpTransport } from '@mc/transport-tcp';
export { canBeMiss } from './can-be-miss.js';
export type { ClientSource, ClientSourceOptions } from './client-source.js';
export { clientSourceOptions, openClientSource } from './client-source.js';
export type { Options } from './create-client.js';
export { createClient } from './create-client.js';
