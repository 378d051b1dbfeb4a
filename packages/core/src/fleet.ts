import type { WireKey } from '@mc/protocol';
import type { Emit } from './connection/channel-options.js';
import type { ServerChannel } from './connection/server-channel.js';
import type { Distribution, HashFunction, Server, ServerInput, ServerSnapshot } from './contract.js';
import { ConfigurationError } from './errors.js';
import { routerWithout } from './route/router-without.js';
import { buildRouting, type Routing } from './route/routing.js';
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
}

/** A server and the way to it. */
interface Member {
  readonly server: Server;
  readonly channel: ServerChannel;
}

/** The servers of a client, the way to each, and which of them holds a key. A client and its views share it. */
export class Fleet {
  readonly #options: FleetOptions;
  #members: readonly Member[] = [];
  #routing: Routing;
  /** Places of the members that the ring was rebuilt without. */
  #ejected: ReadonlySet<number> = new Set();
  /** Servers that were taken off the list and still have calls. */
  readonly #leaving: Set<Promise<void>> = new Set();
  readonly #onHealthChange: () => void = () => this.#reroute();

  /** @param servers may be empty, where a discovery is yet to name some. @throws ConfigurationError */
  constructor(servers: readonly Server[], options: FleetOptions) {
    this.#options = options;
    const numbered = options.sortHosts ? sortHosts(servers) : servers;
    this.#routing = this.#buildRouting(numbered);
    this.#members = this.#membersFor(numbered);
  }

  // ---------------------------------------------------------------- routing

  /** The hash that keys are placed by. */
  get hash(): HashFunction {
    return this.#routing.hash;
  }

  /** The server that holds the key. @throws ConfigurationError */
  serverFor(key: WireKey): Server {
    return this.#memberFor(key).server;
  }

  /** The way of a call on the key: to its server, or to the gutter while that is down. @throws ConfigurationError */
  channelFor(key: WireKey): ServerChannel {
    const { channel } = this.#memberFor(key);
    const { gutter } = this.#options;
    if (gutter === undefined || !channel.isDown) return channel;
    const other = gutter.channelFor(key);
    return other.isDown ? channel : other;
  }

  #memberFor(key: WireKey): Member {
    const member = this.#members[this.#indexOf(key)];
    if (member !== undefined) return member;
    throw new ConfigurationError(
      this.#members.length === 0
        ? 'no servers have been found yet'
        : 'the distribution named a server that does not exist',
    );
  }

  #indexOf(key: WireKey): number {
    try {
      return this.#routing.router.serverFor(key);
    } catch (cause) {
      throw new ConfigurationError('the hash or the distribution failed', { cause });
    }
  }

  /** @throws ConfigurationError */
  #buildRouting(servers: readonly Server[]): Routing {
    return buildRouting(servers, this.#options.hash, this.#options.distribution);
  }

  /** Rebuilds the ring from the servers that are up. Where none is, it stays as it is: so does libmemcached. */
  #reroute(): void {
    const { eject, distribution, emit } = this.#options;
    if (!eject) return;
    const down = new Set<number>();
    for (const [at, { channel }] of this.#members.entries()) if (channel.isDown) down.add(at);
    const { hash } = this.#routing;
    const router =
      down.size === 0
        ? this.#buildRouting(this.#servers()).router
        : routerWithout(down, this.#servers(), distribution, hash);
    if (router === undefined) return;
    const before = this.#ejected;
    this.#routing = { hash, router };
    this.#ejected = down;
    for (const [at, { server }] of this.#members.entries()) {
      if (down.has(at) !== before.has(at)) emit(down.has(at) ? 'eject' : 'rejoin', { server: server.name });
    }
  }

  // ---------------------------------------------------------------- the list

  /** The ways to all servers, the gutter's too. */
  channels(): ServerChannel[] {
    return [...this.#members.map(({ channel }) => channel), ...(this.#options.gutter?.channels() ?? [])];
  }

  /** Every server and its state, the gutter's last. */
  snapshots(): ServerSnapshot[] {
    const own = this.#members.map(({ server, channel }, at) => ({
      ...server,
      ...channel.status(),
      isEjected: this.#ejected.has(at),
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

  #replace(given: readonly Server[]): Promise<void> {
    checkDistinct(given);
    const servers = this.#options.sortHosts ? sortHosts(given) : given;
    // Whatever may be wrong with the list is found before anything changes.
    const routing = this.#buildRouting(servers);
    const before = this.#members;
    this.#members = this.#membersFor(servers);
    this.#routing = routing;
    this.#ejected = new Set();
    this.#reroute();
    const removed = before.filter(
      ({ channel }) => !this.#members.some((member) => member.channel === channel),
    );
    const added = this.#members.filter(({ channel }) => !before.some((member) => member.channel === channel));
    if (removed.length + added.length > 0) {
      this.#options.emit('servers', { added: namesOf(added), removed: namesOf(removed) });
    }
    return Promise.all(removed.map(({ channel }) => this.#leave(channel))).then(() => {});
  }

  /** The members for these servers; those that are on the list already keep their connection. */
  #membersFor(servers: readonly Server[]): Member[] {
    const channels = new Map(this.#members.map(({ server, channel }) => [server.name, channel]));
    return servers.map((server) => ({
      server,
      channel: channels.get(server.name) ?? this.#options.makeChannel(server, this.#onHealthChange),
    }));
  }

  #leave(channel: ServerChannel): Promise<void> {
    const left = channel.close().then(() => void this.#leaving.delete(left));
    this.#leaving.add(left);
    return left;
  }

  /** Closes all ways when their open calls have settled. */
  async close(): Promise<void> {
    await Promise.all([...this.channels().map((channel) => channel.close()), ...this.#leaving]);
  }
}

function namesOf(members: readonly Member[]): string[] {
  return members.map(({ server }) => server.name);
}
