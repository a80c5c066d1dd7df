import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openNode, type RedisNode } from '../support/redis-nodes.js';
import { describeWithRedis, openRedis, type RedisServer } from '../support/redis-server.js';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { proofIdOf } from './support/fleet-api.js';
import { repeatUntil } from './support/load.js';
import { scale } from './support/scale.js';

const POLL_MS = 50;
const PROOFS = 4;

/** What happens next, at one of the two processes. */
type Step =
  | { readonly kind: 'register'; readonly node: 0 | 1; readonly proof: number }
  | { readonly kind: 'lost reply'; readonly node: 0 | 1; readonly proof: number }
  | { readonly kind: 'reset'; readonly node: 0 | 1 }
  | { readonly kind: 'flush' };

const node = fc.constantFrom(0 as const, 1 as const);
const proof = fc.nat(PROOFS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('register' as const), node, proof }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lost reply' as const), node, proof }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const), node }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
);

interface Peer extends RedisNode {
  readonly proxy: TcpProxy;
}

/** What must hold, whatever happens: the uses of each proof. */
class Model {
  readonly #peers: readonly Peer[];
  /** When each proof was sent first, and accepted last. */
  readonly #sent = new Set<string>();
  readonly #accepted = new Map<string, { readonly atMs: number; readonly flushes: number }>();
  /** Proofs that were accepted again, with the process that did, and when they were used before. */
  readonly #repeated: (readonly [peer: Peer, usedAt: number])[] = [];
  #flushes = 0;
  #run = 0;

  constructor(peers: readonly Peer[]) {
    this.#peers = peers;
  }

  /** Other proofs than those of the runs before. */
  begin(): void {
    this.#run += 1;
    this.#sent.clear();
    this.#accepted.clear();
    this.#repeated.length = 0;
  }

  async register({ node: index, proof: number }: { node: 0 | 1; proof: number }): Promise<void> {
    const peer = this.#peers[index];
    if (peer === undefined) throw new Error('there is no such process');
    const id = proofIdOf(this.#run * PROOFS + number);
    const outcome = await peer.stores.replay.register(id, 60_000).catch(() => 'unavailable');
    // A proof that was never sent is not a replay, even if the client sends the command twice.
    if (!this.#sent.has(id)) expect(outcome).not.toBe(false);
    this.#sent.add(id);
    if (outcome !== true) return;
    const before = this.#accepted.get(id);
    if (before !== undefined) {
      expect(this.#flushes).toBeGreaterThan(before.flushes);
      this.#repeated.push([peer, before.atMs]);
    }
    this.#accepted.set(id, { atMs: Date.now(), flushes: this.#flushes });
  }

  noteFlush(): void {
    this.#flushes += 1;
  }

  /** A proof that was accepted twice is one that `notBefore` refuses. */
  async end(): Promise<void> {
    for (const [{ stores }, usedAt] of this.#repeated) {
      await repeatUntil(
        () => Promise.resolve(stores.replay.notBefore ?? 0),
        (notBefore) => notBefore >= usedAt,
      );
    }
  }
}

async function openPeers(server: RedisServer): Promise<readonly Peer[]> {
  const clients = ['redis 6', 'ioredis 6'] as const;
  return await Promise.all(
    clients.map(async (client) => {
      const proxy = await openProxy(server.port);
      const peer = await openNode(proxy, { client, revocations: { pollMs: POLL_MS } });
      await peer.stores.revocations.ready();
      return { ...peer, proxy };
    }),
  );
}

describeWithRedis('used proofs in any order of events', (engine) => {
  it('are accepted twice only if the server has lost data, and every process notices', async () => {
    const server = await openRedis(engine);
    const peers = await openPeers(server);
    const model = new Model(peers);
    const runStep = async (next: Step): Promise<void> => {
      if (next.kind === 'flush') {
        await server.command('FLUSHALL');
        model.noteFlush();
        return;
      }
      const { proxy } = peers[next.node] ?? {};
      if (next.kind === 'reset') {
        proxy?.cut();
        return;
      }
      let isDue = next.kind === 'lost reply';
      const losesReply = ([command]: readonly string[]): boolean => {
        const isLost = isDue && command === 'SET';
        if (isLost) isDue = false;
        return isLost;
      };
      proxy?.set({ losesReply });
      await model.register(next);
      proxy?.set({});
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        model.begin();
        for (const next of steps) await runStep(next);
        await model.end();
      }),
      { seed: 20, numRuns: scale({ full: 100, brief: 15 }), endOnFailure: true },
    );
  }, 60_000);
});
