import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** A record that a {@link DnsServer} answers with; the data is that of the wire. */
export interface WireRecord {
  readonly type: number;
  readonly data: Uint8Array;
}

/** What a question is answered with. */
export type DnsReply =
  | readonly WireRecord[]
  | 'no such name'
  | 'server failure'
  | 'refused'
  | 'rubbish'
  | 'cut short'
  | 'truncated'
  | 'silence';

/** A question as it came. */
export interface DnsQuestion {
  readonly name: string;
  /** 1 A, 28 AAAA, 33 SRV. */
  readonly type: number;
  /** True where it came over TCP. */
  readonly isTcp: boolean;
}

/** A small DNS server on the loopback. Source: RFC 1035, 4.1. */
export interface DnsServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly questions: readonly DnsQuestion[];
  /** Decides on the reply to each question from now on. */
  answer: (question: DnsQuestion) => DnsReply;
}

const RESPONSE_CODES: Readonly<Record<string, number>> = {
  'server failure': 2,
  'no such name': 3,
  refused: 5,
};
const HEADER_BYTES = 12;
const ATTEMPTS = 5;

export function a(address: string): WireRecord {
  return { type: 1, data: Uint8Array.from(address.split('.'), Number) };
}

/** @param groups the eight groups, all of them written out */
export function aaaa(groups: string): WireRecord {
  const data = groups.split(':').flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return { type: 28, data: Uint8Array.from(data) };
}

export function srv(priority: number, weight: number, port: number, target: string): WireRecord {
  const head = Buffer.alloc(6);
  for (const [at, value] of [priority, weight, port].entries()) head.writeUInt16BE(value, at * 2);
  return { type: 33, data: Buffer.concat([head, wireName(target)]) };
}

function wireName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);
}

/** Starts a server that ends behind the test. It listens on one port over UDP and, with `tcp`, over TCP. */
export async function startDns(answer: DnsServer['answer'], { tcp = false } = {}): Promise<DnsServer> {
  const questions: DnsQuestion[] = [];
  const server = { address: '', questions, answer };
  const replyTo = (message: Buffer, isTcp: boolean): Buffer | undefined => {
    const question = readQuestion(message, isTcp);
    questions.push(question);
    return replyBytes(message, question, server.answer(question));
  };
  const port = await listen(replyTo, tcp);
  server.address = `127.0.0.1:${port}`;
  return server;
}

type ReplyTo = (message: Buffer, isTcp: boolean) => Buffer | undefined;

/** Takes a port that is free in both protocols: one that is free in UDP may be that of any TCP connection. */
async function listen(replyTo: ReplyTo, withTcp: boolean): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = withTcp ? await listenTcp(replyTo) : undefined;
    try {
      const udp = await listenUdp(replyTo, tcp === undefined ? 0 : (tcp.address() as AddressInfo).port);
      onTestFinished(() => {
        udp.close();
        tcp?.close();
      });
      return udp.address().port;
    } catch (error) {
      tcp?.close();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function listenUdp(replyTo: ReplyTo, port: number): Promise<Socket> {
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => {
    const reply = replyTo(message, false);
    if (reply !== undefined) udp.send(reply, from.port, from.address);
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  return udp;
}

async function listenTcp(replyTo: ReplyTo): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // A question is a few dozen bytes on the loopback: it comes in one piece.
    socket.on('data', (bytes) => {
      const reply = replyTo(bytes.subarray(2), true);
      if (reply === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function readQuestion(message: Buffer, isTcp: boolean): DnsQuestion {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), isTcp };
}

function questionEnd(message: Buffer): number {
  let at = HEADER_BYTES;
  while (message.readUInt8(at) > 0) at += 1 + message.readUInt8(at);
  return at + 5;
}

function replyBytes(message: Buffer, { isTcp }: DnsQuestion, reply: DnsReply): Buffer | undefined {
  if (reply === 'silence') return undefined;
  // The right id, and then nothing that makes sense.
  if (reply === 'rubbish') return Buffer.concat([message.subarray(0, 2), Buffer.alloc(40, 0xff)]);
  const records = typeof reply === 'string' ? [] : reply;
  const isTruncated = reply === 'truncated' && !isTcp;
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  const code = typeof reply === 'string' ? (RESPONSE_CODES[reply] ?? 0) : 0;
  header.writeUInt16BE(0x8180 | (isTruncated ? 0x0200 : 0) | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(reply === 'cut short' ? 3 : records.length, 6);
  const answers = records.map(({ type, data }) => {
    // The name is a pointer to that of the question.
    const head = Buffer.from([0xc0, HEADER_BYTES, 0, type, 0, 1, 0, 0, 0, 60, 0, 0]);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, message.subarray(HEADER_BYTES, questionEnd(message)), ...answers]);
}
