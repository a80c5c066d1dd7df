/**
 * Stores of shared tokens in memory, for tests of the client.
 *
 * @module
 */
import type { SharedToken, TokenLease, TokenStore, TokenTurn } from '@scopegate/client';

/** What a store has under one id. */
export interface TokenPlace {
  /** The token, and until when it can be used. */
  held?: { readonly token: SharedToken; readonly until: number; readonly lifetimeMs: number };
  /** What processes without the token do, and until when. */
  lease?: { readonly turn: 'wait' | 'back-off' | 'alone'; readonly until: number };
}

/** A store in memory, and what was done with it. */
export interface MemoryTokenStore extends TokenStore {
  /** The arguments of each turn. */
  readonly turns: { readonly id: string; readonly unwanted: string | undefined }[];
  /** The calls of each lease, in order. */
  readonly calls: unknown[][];
  /** Turns that are returned before those of the store. */
  readonly next: TokenTurn[];
  /** Returns what the store has under an id. */
  at(id: string): TokenPlace;
}

const LEASE_MS = 3_000;
const now = (): number => performance.now();

/** Creates a store that follows the rules of `TokenStore`, with `performance.now` as its clock. */
export function createMemoryTokenStore(): MemoryTokenStore {
  const places = new Map<string, TokenPlace>();
  const store: MemoryTokenStore = {
    turns: [],
    calls: [],
    next: [],
    at(id) {
      const place = places.get(id) ?? {};
      places.set(id, place);
      return place;
    },
    takeTurn(id, unwanted) {
      store.turns.push({ id, unwanted });
      const next = store.next.shift();
      return Promise.resolve(next ?? takeTurn(store.at(id), { unwanted, calls: store.calls }));
    },
  };
  return store;
}

interface Turn {
  readonly unwanted: string | undefined;
  readonly calls: unknown[][];
}

function takeTurn(place: TokenPlace, { unwanted, calls }: Turn): TokenTurn {
  const { held, lease } = place;
  if (held !== undefined && held.until > now() && held.token.value !== unwanted) {
    const remainingMs = held.until - now();
    return { turn: 'token', token: held.token, remainingMs, ageMs: held.lifetimeMs - remainingMs };
  }
  if (lease !== undefined && lease.until > now()) {
    return { turn: lease.turn, forMs: lease.until - now() };
  }
  return { turn: 'lease', lease: createLease(place, calls) };
}

function createLease(place: TokenPlace, calls: unknown[][]): TokenLease {
  let own: TokenPlace['lease'];
  const isHeld = (): boolean => place.lease === own && (own?.until ?? 0) > now();
  const extend = (): void => {
    own = place.lease = { turn: 'wait', until: now() + LEASE_MS };
  };
  const end = (turn: 'back-off' | 'alone', forMs: number): void => {
    if (isHeld()) place.lease = { turn, until: now() + forMs };
  };
  extend();
  return {
    extend() {
      calls.push(['extend']);
      const isExtended = isHeld();
      if (isExtended) extend();
      return Promise.resolve(isExtended);
    },
    fulfill(token, remainingMs) {
      calls.push(['fulfill', token, remainingMs]);
      if (isHeld()) {
        place.held = { token, until: now() + remainingMs, lifetimeMs: remainingMs };
        delete place.lease;
      }
      return Promise.resolve();
    },
    release(backOffMs) {
      calls.push(['release', backOffMs]);
      end('back-off', backOffMs);
      return Promise.resolve();
    },
    decline(forMs) {
      calls.push(['decline', forMs]);
      end('alone', forMs);
      return Promise.resolve();
    },
  };
}
