export type { TcpTransportOptions } from './tcp-transport.js';
export { tcpTransport } from './tcp-transport.js';
