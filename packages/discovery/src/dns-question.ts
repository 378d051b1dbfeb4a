import { MemcachedError } from '@mc/protocol';

/** An SRV record, as `node:dns` has it. */
export interface DnsSrvRecord {
  /** The host, called `target` in RFC 2782. */
  readonly name: string;
  readonly port: number;
  /** 0 to 65535; the lowest is used. */
  readonly priority: number;
  /** 0 to 65535. */
  readonly weight: number;
}

/** The part of a `Resolver` of `node:dns/promises` that is used. */
export interface DnsResolver {
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
  resolveSrv(name: string): Promise<DnsSrvRecord[]>;
}

/** A record that is asked for by itself. */
export type AskedRecord = 'A' | 'AAAA' | 'SRV';

/** What the records of a kind come as; nothing of it is checked yet. */
interface Answers {
  readonly A: readonly string[];
  readonly AAAA: readonly string[];
  readonly SRV: readonly DnsSrvRecord[];
}

/** A message of DNS has no room for more: 64 KiB, and 16 bytes for the shortest record. */
const MAX_RECORDS = 4096;
/** Codes by which a resolver says that there is no such record, or no such name. */
const NONE: ReadonlySet<unknown> = new Set(['ENODATA', 'ENOTFOUND']);

/**
 * The records of one kind; at least one.
 *
 * @throws MemcachedError `MC_CONNECT_FAILED` where there is none or nobody could be asked, `MC_TIMEOUT`, `MC_PROTOCOL`
 */
export async function askFor<R extends AskedRecord>(
  record: R,
  question: string,
  resolver: DnsResolver,
  name: string,
): Promise<Answers[R]> {
  const answer = await answerTo(record, question, resolver, name);
  if (answer.length === 0) throw noRecords(name);
  return answer;
}

/**
 * The addresses of both kinds; at least one. Where one kind cannot be had, the other is not taken for the whole list.
 *
 * @throws MemcachedError as {@link askFor}
 */
export async function askBoth(
  question: string,
  resolver: DnsResolver,
  name: string,
): Promise<[Answers['A'], Answers['AAAA']]> {
  const both = await Promise.all([
    answerTo('A', question, resolver, name),
    answerTo('AAAA', question, resolver, name),
  ]);
  if (both[0].length + both[1].length === 0) throw noRecords(name);
  return both;
}

/** The records, none where the name or the record does not exist. */
async function answerTo<R extends AskedRecord>(
  record: R,
  question: string,
  resolver: DnsResolver,
  name: string,
): Promise<Answers[R]> {
  const answer: unknown = await asked(record, question, resolver).catch((cause: unknown) => {
    const code = (cause as { code?: unknown } | null | undefined)?.code;
    if (NONE.has(code)) return [];
    throw failed(name, code, cause);
  });
  if (!Array.isArray(answer)) {
    throw new MemcachedError('MC_PROTOCOL', `${name}: the answer is no list of records`);
  }
  if (answer.length > MAX_RECORDS) {
    throw new MemcachedError('MC_PROTOCOL', `${name}: the answer has more than ${MAX_RECORDS} records`);
  }
  // A copy has no holes: what is not there is found to be no record.
  return [...answer] as unknown as Answers[R];
}

/** Rejects also where the resolver throws. */
async function asked(record: AskedRecord, question: string, resolver: DnsResolver): Promise<unknown> {
  if (record === 'A') return await resolver.resolve4(question);
  if (record === 'AAAA') return await resolver.resolve6(question);
  return await resolver.resolveSrv(question);
}

function noRecords(name: string): MemcachedError {
  return new MemcachedError('MC_CONNECT_FAILED', `${name}: there are no such records`);
}

function failed(name: string, code: unknown, cause: unknown): MemcachedError {
  const shown = typeof code === 'string' ? ` (${code})` : '';
  if (code === 'ETIMEOUT') return new MemcachedError('MC_TIMEOUT', `${name}: no answer${shown}`, { cause });
  if (code === 'EBADRESP') {
    return new MemcachedError('MC_PROTOCOL', `${name}: the answer cannot be read${shown}`, { cause });
  }
  return new MemcachedError('MC_CONNECT_FAILED', `${name}: the name servers gave no answer${shown}`, {
    cause,
  });
}
