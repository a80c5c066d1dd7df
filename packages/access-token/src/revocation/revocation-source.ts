/**
 * Where the verifier learns that a token was revoked: the interfaces that applications implement.
 *
 * @module
 */
import type { RevocationSubject } from '@scopegate/protocol';

/**
 * Revocations in the memory of this process, such as {@link createRevocationList} creates, or a copy that
 * something keeps current. Several verifiers may share one; they never close it.
 *
 * What a member throws, and any value of another type, is answered with 503.
 */
export interface RevocationSource {
  /**
   * A number that grows with every revocation, so that a token that was checked at this version need not be checked
   * again.
   */
  readonly version: number;
  /**
   * Whether the absence of a revocation can be relied on now; otherwise the request gets 503. A token that
   * is known to be revoked is refused anyway.
   *
   * @param nowMs - Milliseconds since the epoch.
   */
  isCurrent(nowMs: number): boolean;
  /** Whether a token was revoked. Must return at once. */
  isRevoked(token: RevocationSubject): boolean;
  /**
   * The longest lifetime of tokens for which it keeps revocations, in seconds. The option `maxLifetimeSeconds`
   * of the verifier must be set, and must not be larger.
   *
   * @defaultValue it keeps revocations for as long as any token can be used
   */
  readonly maxLifetimeSeconds?: number | undefined;
  /** Resolves when the source is current for the first time; `ready()` of the verifier waits for it. */
  ready?(): Promise<void>;
  /**
   * Calls a function after `version` has grown, so that `whileAcceptable()` aborts at once. Without this
   * method, it aborts within a minute.
   *
   * @returns A function that removes the listener.
   */
  onChange?(listener: () => void): () => void;
}

/** A function of the application that checks whether a token was revoked. */
export interface RevocationHook {
  /**
   * Whether a token was revoked. Called for every request whose token is acceptable so far, once for each
   * verifier, and every minute for each `whileAcceptable()`.
   *
   * If it throws, rejects, returns anything but a boolean, or does not settle within `timeoutMs`, the
   * request gets 503. To accept the token then, catch the error and return `false`.
   */
  readonly isRevoked: (token: RevocationSubject) => boolean | Promise<boolean>;
  /**
   * How long it may take, in milliseconds. An integer from 1 to 60,000.
   *
   * @defaultValue `1_000`
   */
  readonly timeoutMs?: number | undefined;
  /** Omitted: an object with it is a {@link RevocationSource}. */
  readonly version?: undefined;
  /** Omitted: an object with it is a {@link RevocationSource}. */
  readonly isCurrent?: undefined;
}
