/**
 * Stores of shared tokens in memory, for tests of the client.
 *
 * @module
 */
import type { SharedToken, TokenLease, TokenStore, TokenTurn } from '@scopegate/client';

/** A store of one token, and what was done with it. */
export interface MemoryTokenStore extends TokenStore {
  /** The arguments of each turn. */
  readonly turns: { readonly id: string; readonly unwanted: string | undefined }[];
  /** The calls of each lease, in order. */
  readonly calls: unknown[][];
  /** The next turn, before those of the store. */
  readonly next: TokenTurn[];
  /** The token, and until when it can be used. */
  held: { token: SharedToken; until: number; lifetimeMs: number } | undefined;
  /** Who holds the lease: a lease, or what a lease was replaced by. */
  lease: { by: object; turn: 'wait' | 'back-off' | 'alone'; until: number } | undefined;
}

const LEASE_MS = 3_000;

/** Creates a store that follows the rules of `TokenStore`, with `performance.now` as its clock. */
export function createMemoryTokenStore(): MemoryTokenStore {
  const now = (): number => performance.now();
  const store: MemoryTokenStore = {
    turns: [],
    calls: [],
    next: [],
    held: undefined,
    lease: undefined,
    takeTurn(id, unwanted) {
      store.turns.push({ id, unwanted });
      return Promise.resolve(store.next.shift() ?? takeTurn(unwanted));
    },
  };

  function takeTurn(unwanted: string | undefined): TokenTurn {
    const { held, lease } = store;
    if (held !== undefined && held.until > now() && held.token.value !== unwanted) {
      const remainingMs = held.until - now();
      return {
        turn: 'token',
        token: held.token,
        remainingMs,
        ageMs: held.lifetimeMs - remainingMs,
      };
    }
    if (lease !== undefined && lease.until > now()) {
      return { turn: lease.turn, forMs: lease.until - now() };
    }
    const by = {};
    store.lease = { by, turn: 'wait', until: now() + LEASE_MS };
    return { turn: 'lease', lease: createLease(by) };
  }

  function createLease(by: object): TokenLease {
    const isHeld = (): boolean => store.lease?.by === by && store.lease.until > now();
    const end = (turn: 'back-off' | 'alone', forMs: number): Promise<void> => {
      store.calls.push([turn === 'alone' ? 'decline' : 'release', forMs]);
      if (isHeld()) store.lease = { by: {}, turn, until: now() + forMs };
      return Promise.resolve();
    };
    return {
      extend() {
        store.calls.push(['extend']);
        if (isHeld()) store.lease = { by, turn: 'wait', until: now() + LEASE_MS };
        return Promise.resolve(isHeld());
      },
      fulfill(token, remainingMs) {
        store.calls.push(['fulfill', token, remainingMs]);
        if (!isHeld()) return Promise.resolve();
        store.held = { token, until: now() + remainingMs, lifetimeMs: remainingMs };
        store.lease = undefined;
        return Promise.resolve();
      },
      release: (backOffMs) => end('back-off', backOffMs),
      decline: (forMs) => end('alone', forMs),
    };
  }
  return store;
}
