/**
 * A fleet of clients that share tokens. The processes are started once, and each scene opens new clients in
 * them, because starting dozens of processes takes longer than a scene.
 *
 * @module
 */
import type { RedisClientName } from '../../support/redis-clients.js';
import type { FleetProcess } from './fleet.js';
import { launchFleet } from './fleet.js';
import type { FleetTokenEndpoint } from './token-endpoint.js';
import type { TokenWorker } from '../workers/token-worker.js';

/** A key, as it is written in an environment variable. */
export type EncryptionKeyText = readonly [id: string, text: string];

/** What the clients of a scene use. */
export interface FleetScene {
  readonly redis: { readonly port: number };
  readonly endpoint: FleetTokenEndpoint;
  readonly client: RedisClientName;
  readonly keys: readonly EncryptionKeyText[];
  /**
   * How long a command may take, in milliseconds.
   *
   * @defaultValue 5,000, because dozens of processes may share one core
   */
  readonly timeoutMs?: number;
  /** @defaultValue one secret for all */
  readonly secretOf?: (index: number) => string;
}

/** Past the renewal of a token for 100 s, but before its end. */
const RENEWAL_MS = 95_000;

/** Processes of clients. */
export class TokenFleet {
  readonly #processes: FleetProcess<TokenWorker>[];

  private constructor(processes: readonly FleetProcess<TokenWorker>[]) {
    this.#processes = [...processes];
  }

  /** Starts the processes; the caller closes them. */
  static async launch(processes: number): Promise<TokenFleet> {
    const setup = (index: number): number => index;
    return new TokenFleet(await launchFleet<TokenWorker>('token-worker', { processes, setup }));
  }

  get size(): number {
    return this.#processes.length;
  }

  /** Returns one process, by its number. */
  at(index: number): FleetProcess<TokenWorker> {
    const found = this.#processes[index];
    if (found === undefined) throw new Error(`there is no process ${index}`);
    return found;
  }

  /** Opens new clients, in all processes or in some. */
  async open(scene: FleetScene, indexes: readonly number[] = this.list()): Promise<void> {
    const { redis, endpoint, client, keys, timeoutMs = 5_000, secretOf } = scene;
    const common = { port: redis.port, endpoint: endpoint.port, client, keys, timeoutMs };
    await Promise.all(
      indexes.map((index) =>
        this.at(index).call('open', { ...common, secret: secretOf?.(index) ?? 'secret' }),
      ),
    );
  }

  /** Lists the numbers of all processes. */
  list(): readonly number[] {
    return this.#processes.map((_process, index) => index);
  }

  /** Gets a token in all processes or in some, another than the given one of each. */
  async get(
    than: readonly string[] = [],
    indexes: readonly number[] = this.list(),
  ): Promise<readonly { readonly value: string; readonly tookMs: number }[]> {
    return await Promise.all(
      indexes.map((index, position) => this.at(index).call('untilOther', than[position])),
    );
  }

  /** Makes the tokens of all processes or of some due for renewal. */
  async advance(indexes: readonly number[] = this.list()): Promise<void> {
    await Promise.all(indexes.map((index) => this.at(index).call('advance', RENEWAL_MS)));
  }

  /** Counts failed calls, and events of the store of one kind. */
  async count(
    event: string,
    indexes: readonly number[] = this.list(),
  ): Promise<{ readonly failed: number; readonly events: number }> {
    const reports = await Promise.all(indexes.map((index) => this.at(index).call('report')));
    return {
      failed: reports.reduce((total, { failed }) => total + failed, 0),
      events: reports.reduce((total, { events }) => total + (events[event] ?? 0), 0),
    };
  }

  /** Kills a process, and starts another in its place once `meanwhile` has ended. */
  async replace<T>(index: number, meanwhile: () => Promise<T>): Promise<T> {
    await this.at(index).kill();
    const result = await meanwhile();
    const setup = (): number => index;
    const [started] = await launchFleet<TokenWorker>('token-worker', { processes: 1, setup });
    if (started !== undefined) this.#processes[index] = started;
    return result;
  }

  /** Kills all processes. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.kill()));
  }
}
