/**
 * Tokens of a fleet of clients in Redis.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { publishStoreEvent } from '../store-events.js';
import type { SealedStoreParts } from '../store-parts.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { createRedisTokenLease, LEASE_MS, type RedisTokenLease } from './redis-token-lease.js';
import { formatDigest, openToken, remainingOf, type SharedToken } from './shared-token.js';
import { ANY, DIGEST_LENGTH, TURN } from './token-scripts.js';
import { readTurnReply, type TurnReply } from './turn-reply.js';

/** What a process that needs a token does next: a `TokenTurn` of @scopegate/client. */
export type RedisTokenTurn =
  | {
      /** It uses this token, which another process has stored. */
      readonly turn: 'token';
      /** The token. */
      readonly token: SharedToken;
      /** How long the token may be used, in milliseconds. */
      readonly remainingMs: number;
      /** How long ago it was stored, in milliseconds. */
      readonly ageMs: number;
    }
  | {
      /** It requests a token for all. */
      readonly turn: 'lease';
      /** Ends when the token is stored, or by itself. */
      readonly lease: RedisTokenLease;
    }
  | {
      /**
       * `wait`: another process requests one. `back-off`: no process should request one. `alone`: every
       * process requests its own.
       */
      readonly turn: 'wait' | 'back-off' | 'alone';
      /** For how long, in milliseconds. */
      readonly forMs: number;
    };

/** Sealed tokens for all processes of a fleet: a `TokenStore` of @scopegate/client. */
export interface RedisTokenStore {
  /**
   * Takes a turn, in one round trip.
   *
   * @param id - 43 characters of base64url: a digest of everything that determines the token.
   * @param unwanted - A token that is not wanted, because the process has it or an API refused it.
   * @throws StoreUnavailableError (rejects) Redis cannot be used now.
   */
  takeTurn(id: string, unwanted: string | undefined): Promise<RedisTokenTurn>;
}

/** 132 bits of the digest. */
const ID_LENGTH = 22;
const OWNER_OCTETS = 12;
/** The shortest remaining lifetime with which a token is worth using, in milliseconds. */
const SHORTEST_REMAINING_MS = 500;
/** The most ids for which it is known that this process waits. More would be a mistake elsewhere. */
const MAX_WAITING = 10_000;

type TokenReply = Extract<TurnReply, { readonly turn: 'token' }>;

/** The turns of one id. */
interface TurnPlace {
  readonly id: string;
  readonly keys: readonly [token: string, lease: string];
}

/** Creates the store of tokens. */
export function createRedisTokenStore(parts: SealedStoreParts): RedisTokenStore {
  const { prefix, runner, clock, box } = parts;
  // Only for events.
  const waiting = new Set<string>();

  async function ask(
    { keys }: TurnPlace,
    unwanted: string,
  ): Promise<{ readonly owner: string; readonly reply: TurnReply }> {
    const owner = randomBytes(OWNER_OCTETS).toString('base64url');
    const args = [owner, String(LEASE_MS), unwanted, String(SHORTEST_REMAINING_MS)];
    return { owner, reply: readTurnReply(await runner.runScript(TURN, { keys, args })) };
  }

  function publishLease(id: string, turn: 'token' | 'lease'): void {
    const hasWaited = waiting.delete(id);
    const adopted = hasWaited ? 'waited' : 'adopted';
    publishStoreEvent({ event: 'lease', outcome: turn === 'lease' ? 'won' : adopted });
  }

  /** @returns `undefined` when the entry cannot be used. */
  function adopt({ id, keys }: TurnPlace, reply: TokenReply): RedisTokenTurn | undefined {
    const entry = openToken(reply.entry, { box, key: keys[0] });
    if (entry === undefined) return undefined;
    const remainingMs = remainingOf(entry, { leftMs: reply.leftMs, now: clock() });
    if (remainingMs < 1) return undefined;
    publishLease(id, 'token');
    return {
      turn: 'token',
      token: entry.token,
      remainingMs,
      ageMs: entry.lifetimeMs - remainingMs,
    };
  }

  async function take(place: TurnPlace, unwanted: string): Promise<RedisTokenTurn> {
    const { id, keys } = place;
    const { owner, reply } = await ask(place, unwanted);
    if (reply.turn === 'token') {
      const adopted = adopt(place, reply);
      if (adopted !== undefined) return adopted;
      if (unwanted === ANY) throw new StoreUnavailableError('reply');
      // Another process may have replaced the entry since, so only this one is excluded first. That does not
      // help if the entry is not text.
      const isFirst = unwanted.length <= DIGEST_LENGTH && reply.entry.length > DIGEST_LENGTH;
      return await take(place, isFirst ? reply.entry : ANY);
    }
    if (reply.turn === 'lease') {
      publishLease(id, 'lease');
      return { turn: 'lease', lease: createRedisTokenLease({ ...parts, keys, owner }) };
    }
    if (reply.turn === 'wait' && waiting.size < MAX_WAITING) waiting.add(id);
    else waiting.delete(id);
    return { turn: reply.turn, forMs: reply.leftMs };
  }

  return Object.freeze({
    async takeTurn(id: string, unwanted: string | undefined) {
      const name = `${prefix}:{${id.slice(0, ID_LENGTH)}}`;
      return await take({ id, keys: [name, `${name}:lease`] }, formatDigest(unwanted));
    },
  });
}
