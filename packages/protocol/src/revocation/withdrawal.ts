/**
 * What `withdraw()` of a revocation list accepts.
 *
 * @module
 */
import { assertKnownOptions, givenType } from '../internal/option-checks.js';

/** What tokens that are withdrawn together have in common. */
export type RevocationKind = 'token' | 'session' | 'subject' | 'client';

/** Every kind. */
export const REVOCATION_KINDS: readonly RevocationKind[] = [
  'token',
  'session',
  'subject',
  'client',
];

/** Withdraws one token. */
export interface TokenWithdrawal {
  /** The issuer, exactly as it is configured. */
  readonly issuer: string;
  /** The claim `jti`. A token without it cannot be withdrawn by its id. */
  readonly tokenId: string;
  /** Omitted. */
  readonly sessionId?: undefined;
  /** Omitted. */
  readonly subject?: undefined;
  /** Omitted. */
  readonly clientId?: undefined;
  /** Omitted: a token id is used once. */
  readonly issuedBefore?: undefined;
}

/** Withdraws the tokens of a session. */
export interface SessionWithdrawal {
  /** The issuer, exactly as it is configured. */
  readonly issuer: string;
  /** The claim `sid`. */
  readonly sessionId: string;
  /** Omitted. */
  readonly tokenId?: undefined;
  /** Omitted. */
  readonly subject?: undefined;
  /** Omitted. */
  readonly clientId?: undefined;
  /**
   * Withdraws only tokens with an earlier `iat`, in seconds since the epoch; see
   * {@link SubjectWithdrawal.issuedBefore}.
   *
   * @defaultValue all tokens of the session, also those that are issued while the entry is kept
   */
  readonly issuedBefore?: number | undefined;
}

/** Withdraws the tokens of a subject, for example of a user who logs out everywhere. */
export interface SubjectWithdrawal {
  /** The issuer, exactly as it is configured. */
  readonly issuer: string;
  /** The claim `sub`. */
  readonly subject: string;
  /** Omitted. */
  readonly tokenId?: undefined;
  /** Omitted. */
  readonly sessionId?: undefined;
  /** Omitted. */
  readonly clientId?: undefined;
  /**
   * Withdraws only tokens with an earlier `iat`, and tokens without `iat`. In seconds since the epoch, 0 to
   * 253,402,300,799; a fraction is dropped, as issuers drop that of `iat`. So `Date.now() / 1000` keeps the
   * tokens of this second, which may belong to the next login. A time in the future also refuses tokens that
   * are issued until then.
   *
   * @defaultValue the next second, so that all tokens that were issued until now are withdrawn
   */
  readonly issuedBefore?: number | undefined;
}

/** Withdraws the tokens of a client. */
export interface ClientWithdrawal {
  /** The issuer, exactly as it is configured. */
  readonly issuer: string;
  /** The client id. */
  readonly clientId: string;
  /** Omitted. */
  readonly tokenId?: undefined;
  /** Omitted. */
  readonly sessionId?: undefined;
  /** Omitted. */
  readonly subject?: undefined;
  /**
   * Withdraws only tokens with an earlier `iat`, in seconds since the epoch; see
   * {@link SubjectWithdrawal.issuedBefore}.
   *
   * @defaultValue the next second, so that all tokens that were issued until now are withdrawn
   */
  readonly issuedBefore?: number | undefined;
}

/** Tokens to withdraw: of one id, session, subject or client. */
export type Withdrawal = TokenWithdrawal | SessionWithdrawal | SubjectWithdrawal | ClientWithdrawal;

/** A withdrawal, checked. */
export interface CheckedWithdrawal {
  readonly issuer: string;
  readonly kind: RevocationKind;
  readonly value: string;
  /** Seconds since the epoch, an integer; `Infinity` if `iat` does not matter. */
  readonly issuedBefore: number;
}

const MEMBERS = {
  tokenId: 'token',
  sessionId: 'session',
  subject: 'subject',
  clientId: 'client',
} as const satisfies Readonly<Record<string, RevocationKind>>;

const NAMES = Object.keys(MEMBERS) as (keyof typeof MEMBERS)[]; // the object has no other keys

// 9999-12-31T23:59:59Z. Later times are milliseconds written as seconds.
const MAX_NUMERIC_DATE = 253_402_300_799;

/**
 * Reads what is to be withdrawn.
 *
 * @param nowMs - Milliseconds since the epoch.
 * @throws TypeError A member is missing, unknown or out of range, or several kinds are named.
 */
export function readWithdrawal(given: unknown, nowMs: number): CheckedWithdrawal {
  assertKnownOptions('withdraw()', given, ['issuer', ...NAMES, 'issuedBefore']);
  const issuer = readString(given, 'issuer');
  const named = NAMES.filter((name) => given[name] !== undefined);
  const [name] = named;
  if (name === undefined || named.length > 1) {
    throw new TypeError(
      'withdraw() requires one of "tokenId", "sessionId", "subject" and "clientId"',
    );
  }
  const kind = MEMBERS[name];
  const value = readString(given, name);
  const issuedBefore = readIssuedBefore(given['issuedBefore'], kind);
  return { issuer, kind, value, issuedBefore: issuedBefore ?? defaultFor(kind, nowMs) };
}

/** The `iat` of the last token before now is rounded down. */
function defaultFor(kind: RevocationKind, nowMs: number): number {
  return kind === 'token' || kind === 'session' ? Infinity : Math.floor(nowMs / 1000) + 1;
}

function readIssuedBefore(value: unknown, kind: RevocationKind): number | undefined {
  if (value === undefined) return undefined;
  if (kind === 'token') {
    throw new TypeError('"issuedBefore" of withdraw() cannot be combined with "tokenId"; omit it');
  }
  if (typeof value === 'number' && value >= 0 && value <= MAX_NUMERIC_DATE) {
    return Math.floor(value);
  }
  throw new TypeError(
    '"issuedBefore" of withdraw() must be a number of seconds since the epoch, not milliseconds',
  );
}

function readString(given: Readonly<Record<string, unknown>>, name: string): string {
  const value = given[name];
  if (typeof value === 'string' && value !== '') return copyOf(value);
  const problem = value === '' ? ', not an empty one' : givenType(value);
  throw new TypeError(`"${name}" of withdraw() must be a non-empty string${problem}`);
}

/** A part of a string keeps the whole string in memory, for example that of a request. */
function copyOf(value: string): string {
  return Buffer.from(value, 'utf16le').toString('utf16le');
}
