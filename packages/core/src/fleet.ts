import type { WireKey } from '@mc/protocol';
import type { Emit } from './connection/channel-options.js';
import type { ServerChannel } from './connection/server-channel.js';
import type {
  Distribution,
  HashFunction,
  Server,
  ServerAddress,
  ServerInput,
  ServerSnapshot,
} from './contract.js';
import { ClosedError, ConfigurationError } from './errors.js';
import { routerWithout } from './route/router-without.js';
import { buildRouting, type Routing, routingFailed } from './route/routing.js';
import { sortHosts } from './route/sort-hosts.js';
import { checkDistinct, parseServer, parseServers } from './server-list.js';

/** What a {@link Fleet} is made with. */
export interface FleetOptions {
  readonly hash: HashFunction | undefined;
  readonly distribution: Distribution;
  readonly sortHosts: boolean;
  readonly eject: boolean;
  /** Takes the keys of a server that is down. */
  readonly gutter: Fleet | undefined;
  readonly makeChannel: (server: Server, onHealthChange: () => void) => ServerChannel;
  readonly emit: Emit;
  /** A list is there, or will never come. */
  readonly onListed: () => void;
}

/** A server and the way to it. */
interface Member {
  readonly server: Server;
  readonly channel: ServerChannel;
}

/** Which of the members holds which key. */
interface Ring {
  readonly routing: Routing;
  /** Those that it was rebuilt without. */
  readonly ejected: ReadonlySet<ServerChannel>;
}

/** The way to a server that was taken off the list and still has calls; `left` resolves when they have settled. */
interface Leaver {
  readonly channel: ServerChannel;
  readonly left: Promise<void>;
}

const NONE: ReadonlySet<ServerChannel> = new Set();

/** The servers of a client, the way to each, and which of them holds a key. A client and its views share it. */
export class Fleet {
  readonly #options: FleetOptions;
  #members: readonly Member[] = [];
  #ring: Ring;
  readonly #leaving: Set<Leaver> = new Set();
  #isClosed = false;
  /** True where a list that is waited for will not come. */
  #isGivenUp = false;
  readonly #onHealthChange: () => void = () => this.#reroute();

  /** @param servers may be empty, where a discovery is yet to name some. @throws ConfigurationError */
  constructor(servers: readonly Server[], options: FleetOptions) {
    this.#options = options;
    const numbered = this.#numbered(servers);
    this.#ring = { routing: this.#buildRouting(numbered), ejected: NONE };
    this.#members = this.#membersFor(numbered);
  }

  // ---------------------------------------------------------------- routing

  /** The hash that keys are placed by. @throws ConfigurationError where it fails */
  get hash(): HashFunction {
    return this.#ring.routing.hash;
  }

  /** The server that holds the key. @throws ConfigurationError */
  serverFor(key: WireKey): Server {
    return this.#memberFor(key).server;
  }

  /** The way to the key's server or, while that is down, to the gutter, if that may be. @throws ConfigurationError */
  channelFor(key: WireKey, mayUseGutter: boolean): ServerChannel {
    const { channel } = this.#memberFor(key);
    const { gutter } = this.#options;
    if (gutter === undefined || !channel.isDown || !mayUseGutter) return channel;
    const other = gutter.channelFor(key, false);
    return other.isDown ? channel : other;
  }

  #memberFor(key: WireKey): Member {
    const index: unknown = this.#indexOf(key);
    // A text such as 'length' would name something, too.
    const member = typeof index === 'number' && this.#members[index];
    if (member) return member;
    this.#checkListed();
    throw new ConfigurationError('the distribution named a server that does not exist');
  }

  /** @throws ClosedError, ConfigurationError while there is no list */
  #checkListed(): void {
    if (this.#members.length > 0) return;
    throw this.#isGivenUp ? new ClosedError() : new ConfigurationError('no servers have been found yet');
  }

  #indexOf(key: WireKey): number {
    try {
      // A hash of the user's own might write into bytes that are to be sent.
      return this.#ring.routing.router.serverFor(typeof key === 'string' ? key : new Uint8Array(key));
    } catch (cause) {
      throw routingFailed(cause);
    }
  }

  /** @throws ConfigurationError */
  #buildRouting(servers: readonly Server[]): Routing {
    return buildRouting(servers, this.#options.hash, this.#options.distribution);
  }

  /** A server was marked down, or is up again. */
  #reroute(): void {
    this.#use(this.#members, this.#liveRing(this.#members, this.hash) ?? this.#ring);
  }

  /**
   * The ring of those of the members that are up. `undefined` where none is, and where the distribution cannot do
   * without the others: then the ring stays as it is, as libmemcached's does.
   */
  #liveRing(members: readonly Member[], hash: HashFunction): Ring | undefined {
    const { eject, distribution } = this.#options;
    if (!eject) return undefined;
    const down = new Set<number>();
    for (const [at, { channel }] of members.entries()) if (channel.isDown) down.add(at);
    const servers = members.map(({ server }) => server);
    try {
      if (down.size === 0) return { routing: this.#buildRouting(servers), ejected: NONE };
      const router = routerWithout(down, servers, distribution, hash);
      const ejected = new Set([...down].map((at) => (members[at] as Member).channel));
      return router && { routing: { hash, router }, ejected };
    } catch {
      return undefined;
    }
  }

  /** Puts a list and its ring in place, and tells of servers that leave the ring or come back to it. */
  #use(members: readonly Member[], ring: Ring): void {
    const { ejected } = this.#ring;
    this.#members = members;
    this.#ring = ring;
    for (const { server, channel } of members) {
      const isEjected = ring.ejected.has(channel);
      if (isEjected === ejected.has(channel)) continue;
      this.#options.emit(isEjected ? 'eject' : 'rejoin', { server: server.name });
    }
  }

  // ---------------------------------------------------------------- the list

  /** The discovery has stopped: calls that still wait for the first list find none. */
  giveUpWaiting(): void {
    this.#isGivenUp = true;
    this.#options.onListed();
  }

  /** The ways to all servers, the gutter's too. @throws ClosedError, ConfigurationError while there is no list */
  channels(): ServerChannel[] {
    this.#checkListed();
    return [...this.#members.map(({ channel }) => channel), ...(this.#options.gutter?.channels() ?? [])];
  }

  /** Every server and its state, the gutter's last. */
  snapshots(): ServerSnapshot[] {
    const own = this.#members.map(({ server, channel }) => ({
      ...server,
      ...channel.status(),
      isEjected: this.#ring.ejected.has(channel),
      isGutter: false,
    }));
    const gutter = this.#options.gutter?.snapshots() ?? [];
    return [...own, ...gutter.map((snapshot) => ({ ...snapshot, isGutter: true }))];
  }

  /** Puts a server on the list. @throws ConfigurationError where it is there already */
  add(input: ServerInput): void {
    void this.#replace([...this.#servers(), parseServer(input)]);
  }

  /** Takes a server off the list; false where it was not on it. @throws ConfigurationError for the last one */
  async remove(input: ServerInput): Promise<boolean> {
    const { name } = parseServer(input);
    const rest = this.#servers().filter((server) => server.name !== name);
    if (rest.length === this.#members.length) return false;
    if (rest.length === 0) throw new ConfigurationError('the last server cannot be removed');
    await this.#replace(rest);
    return true;
  }

  /**
   * Replaces the list. Resolves when the last calls of the servers that went have settled.
   *
   * @throws ConfigurationError at once; nothing changes then
   */
  set(input: ServerInput | readonly ServerInput[]): Promise<void> {
    return this.#replace(parseServers(input));
  }

  #servers(): Server[] {
    return this.#members.map(({ server }) => server);
  }

  /** True for a server of the list. */
  has(name: string): boolean {
    return this.#members.some(({ server }) => server.name === name);
  }

  /** The servers as a client is told of them. */
  addresses(): ServerAddress[] {
    return this.#servers().map(({ host, port, path, weight }) =>
      path === undefined ? { host: host as string, port, weight } : { path, weight },
    );
  }

  #replace(given: readonly Server[]): Promise<void> {
    if (this.#isClosed) throw new ClosedError();
    const servers = this.#numbered(given);
    const before = this.#members;
    if (isSameList(this.#servers(), servers)) return Promise.resolve();
    // Whatever may be wrong with the list is found before anything changes.
    const routing = this.#buildRouting(servers);
    const members = this.#membersFor(servers);
    const removed = without(before, members);
    this.#options.emit('servers', { added: namesOf(without(members, before)), removed: namesOf(removed) });
    // A ring of all, for want of servers that are up, brings none of them back.
    const away = members.map(({ channel }) => channel).filter((channel) => channel.isDown);
    const ejected = new Set(away.filter((channel) => this.#ring.ejected.has(channel)));
    this.#use(members, this.#liveRing(members, routing.hash) ?? { routing, ejected });
    this.#options.onListed();
    return Promise.all(removed.map((member) => this.#leave(member))).then(() => {});
  }

  /** The servers as they are numbered. @throws ConfigurationError for one that is named twice */
  #numbered(servers: readonly Server[]): readonly Server[] {
    checkDistinct(servers);
    const shared = servers.find(({ name }) => this.#options.gutter?.has(name));
    if (shared !== undefined) throw new ConfigurationError(`${shared.name} cannot be a gutter of itself`);
    return this.#options.sortHosts ? sortHosts(servers) : servers;
  }

  /** The members for these servers; those that are on the list, or have not left yet, keep their connection. */
  #membersFor(servers: readonly Server[]): Member[] {
    const channels = new Map(this.#members.map(({ server, channel }) => [server.name, channel]));
    return servers.map((server) => ({
      server,
      channel: channels.get(server.name) ?? this.#channelTo(server),
    }));
  }

  #channelTo(server: Server): ServerChannel {
    for (const { channel } of this.#leaving) {
      // Calls on a key keep their order only on one connection.
      if (channel.server.name === server.name && channel.reopen()) return channel;
    }
    return this.#options.makeChannel(server, this.#onHealthChange);
  }

  #leave({ channel }: Member): Promise<void> {
    const left = channel.close().then(() => void this.#leaving.delete(leaver));
    const leaver: Leaver = { channel, left };
    this.#leaving.add(leaver);
    return left;
  }

  /** Closes all ways when their open calls have settled; the list stays as it is. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const leaving = [...this.#leaving].map(({ left }) => left);
    const own = this.#members.map(({ channel }) => channel.close());
    await Promise.all([...own, ...leaving, this.#options.gutter?.close()]);
  }
}

/** Those of the members whose way is none of the others'. */
function without(members: readonly Member[], others: readonly Member[]): Member[] {
  const channels = new Set(others.map(({ channel }) => channel));
  return members.filter(({ channel }) => !channels.has(channel));
}

function isSameList(some: readonly Server[], others: readonly Server[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, weight }, at) => name === others[at]?.name && weight === others[at]?.weight)
  );
}

function namesOf(members: readonly Member[]): string[] {
  return members.map(({ server }) => server.name);
}
