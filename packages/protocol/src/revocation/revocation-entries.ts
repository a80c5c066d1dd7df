/**
 * The entries of a revocation list, by issuer, kind and value.
 *
 * @module
 */
import type { RevocationSubject } from './revocation-subject.js';
import { type CheckedWithdrawal, REVOCATION_KINDS, type RevocationKind } from './withdrawal.js';

/** An entry. */
interface Entry {
  /** Tokens with an earlier `iat` are revoked, and tokens without it; in seconds since the epoch. */
  issuedBefore: number;
  /** When every one of these tokens has expired, in milliseconds since the epoch. */
  untilMs: number;
}

type EntriesOfIssuer = Readonly<Record<RevocationKind, Map<string, Entry>>>;

/** A withdrawal, and until when it is kept. */
export interface KeptWithdrawal {
  readonly withdrawal: CheckedWithdrawal;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/** Entries that are dropped when every token that they revoke has expired. No timer runs. */
export class RevocationEntries {
  readonly #byIssuer = new Map<string, EntriesOfIssuer>();
  /** Milliseconds since the epoch. */
  readonly #clock: () => number;
  #size = 0;
  /** When the first of the entries expires; earlier if that entry was extended. */
  #expiresAtMs = Infinity;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The number of entries, those included that {@link dropExpired} drops. */
  get size(): number {
    return this.#size;
  }

  /** Whether some entries may have expired. */
  hasExpired(nowMs: number): boolean {
    return nowMs >= this.#expiresAtMs;
  }

  /** Whether there is an entry of the same issuer, kind and value. */
  has({ issuer, kind, value }: CheckedWithdrawal): boolean {
    return this.#byIssuer.get(issuer)?.[kind].has(value) === true;
  }

  /** Whether an entry of the same issuer, kind and value revokes as many tokens, for as long. */
  covers({ withdrawal, untilMs }: KeptWithdrawal): boolean {
    const { issuer, kind, value, issuedBefore } = withdrawal;
    const entry = this.#byIssuer.get(issuer)?.[kind].get(value);
    return entry !== undefined && entry.issuedBefore >= issuedBefore && entry.untilMs >= untilMs;
  }

  /** Lists the entries, those included that {@link dropExpired} drops. */
  *list(): Generator<KeptWithdrawal, void, undefined> {
    for (const [issuer, kinds] of this.#byIssuer) {
      for (const kind of REVOCATION_KINDS) {
        for (const [value, { issuedBefore, untilMs }] of kinds[kind]) {
          yield { withdrawal: { issuer, kind, value, issuedBefore }, untilMs };
        }
      }
    }
  }

  /**
   * Adds an entry, or extends the one of the same issuer, kind and value.
   *
   * @returns Whether more tokens are revoked than before.
   */
  add({ issuer, kind, value, issuedBefore }: CheckedWithdrawal, untilMs: number): boolean {
    this.#expiresAtMs = Math.min(this.#expiresAtMs, untilMs);
    const entries = this.#entriesOf(issuer)[kind];
    const existing = entries.get(value);
    if (existing === undefined) {
      entries.set(value, { issuedBefore, untilMs });
      this.#size += 1;
      return true;
    }
    const isWider = issuedBefore > existing.issuedBefore || this.#clock() >= existing.untilMs;
    existing.issuedBefore = Math.max(existing.issuedBefore, issuedBefore);
    existing.untilMs = Math.max(existing.untilMs, untilMs);
    return isWider;
  }

  /** Whether a token was revoked by any entry. */
  includes({
    issuer,
    tokenId,
    sessionId,
    subject,
    clientId,
    issuedAt,
  }: RevocationSubject): boolean {
    const entries = this.#byIssuer.get(issuer);
    if (entries === undefined) return false;
    return (
      this.#revokes(entries.token, tokenId, issuedAt) ||
      this.#revokes(entries.session, sessionId, issuedAt) ||
      this.#revokes(entries.subject, subject, issuedAt) ||
      this.#revokes(entries.client, clientId, issuedAt)
    );
  }

  /** Drops the entries whose tokens have all expired. */
  dropExpired(nowMs: number): void {
    this.#expiresAtMs = Infinity;
    for (const [issuer, kinds] of this.#byIssuer) {
      let remaining = 0;
      for (const entries of Object.values(kinds)) remaining += this.#drop(entries, nowMs);
      if (remaining === 0) this.#byIssuer.delete(issuer);
    }
  }

  /** Returns the number of entries that remain. */
  #drop(entries: Map<string, Entry>, nowMs: number): number {
    for (const [value, { untilMs }] of entries) {
      if (nowMs >= untilMs) {
        entries.delete(value);
        this.#size -= 1;
      } else {
        this.#expiresAtMs = Math.min(this.#expiresAtMs, untilMs);
      }
    }
    return entries.size;
  }

  #revokes(
    entries: Map<string, Entry>,
    value: string | undefined,
    issuedAt: number | undefined,
  ): boolean {
    if (value === undefined || entries.size === 0) return false;
    const entry = entries.get(value);
    if (entry === undefined || this.#clock() >= entry.untilMs) return false;
    return issuedAt === undefined || issuedAt < entry.issuedBefore;
  }

  #entriesOf(issuer: string): EntriesOfIssuer {
    const existing = this.#byIssuer.get(issuer);
    if (existing !== undefined) return existing;
    const created: EntriesOfIssuer = {
      token: new Map(),
      session: new Map(),
      subject: new Map(),
      client: new Map(),
    };
    this.#byIssuer.set(issuer, created);
    return created;
  }
}
