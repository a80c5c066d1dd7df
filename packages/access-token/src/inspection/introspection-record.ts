/**
 * What an authorization server answered about a token under inspection.
 *
 * @module
 */
import { InvalidTokenError } from '@scopegate/protocol';
import type { KnownToken } from '../claims/verified-token.js';
import { IntrospectionUnavailableError } from '../introspection/introspection-unavailable-error.js';
import type {
  AskedToken,
  IntrospectionAnswer,
  Introspector,
} from '../introspection/introspector.js';
import type { TrustedIssuer } from '../issuers/trusted-issuers.js';
import { narrowToken } from '../verification/narrow-token.js';
import type { OpaqueIssuer, TokenFormats } from '../verification/token-formats.js';
import type { ClaimsPolicy } from '../verification/check-claims.js';
import type { Verification } from '../verification/verify-token.js';

/** What an authorization server answered, or why it did not. */
export type IntrospectionRecord =
  /** It was not asked, because the token is not one of its opaque tokens, or is refused anyway. */
  | { readonly kind: 'not_asked' }
  | { readonly kind: 'active'; readonly answer: IntrospectionAnswer }
  /** The answer refuses the token. */
  | { readonly kind: 'refused'; readonly error: InvalidTokenError }
  | { readonly kind: 'unavailable'; readonly error: IntrospectionUnavailableError };

/** What an authorization server answered about a JWT that was verified before. */
export type FreshRecord =
  | IntrospectionRecord
  /** The token is active, but the answer contradicts it, or a check of the answer failed. */
  | {
      readonly kind: 'contradicted';
      readonly answer: IntrospectionAnswer;
      readonly error: InvalidTokenError;
    }
  | {
      readonly kind: 'confirmed';
      /** The token, narrowed to the answer. */
      readonly token: KnownToken;
      /** Whether the answer narrows it. */
      readonly isNarrowed: boolean;
    };

/** Asks an authorization server about a token. */
async function recordAnswer(
  introspector: Introspector,
  asked: AskedToken,
): Promise<IntrospectionRecord> {
  try {
    return { kind: 'active', answer: await introspector.askNow(asked) };
  } catch (error) {
    if (error instanceof InvalidTokenError) return { kind: 'refused', error };
    if (error instanceof IntrospectionUnavailableError) return { kind: 'unavailable', error };
    throw error;
  }
}

/** A verified JWT about which its authorization server is asked. */
export interface VerifiedJwt extends AskedToken {
  readonly accepted: Verification;
  readonly issuer: TrustedIssuer;
}

/** Asks an authorization server about a verified JWT, as a route with `fresh` does. */
export async function recordFreshAnswer(
  { accepted, issuer, ...asked }: VerifiedJwt,
  policy: ClaimsPolicy,
): Promise<FreshRecord> {
  if (issuer.introspector === undefined) return { kind: 'not_asked' };
  const record = await recordAnswer(issuer.introspector, asked);
  if (record.kind !== 'active') return record;
  const { answer } = record;
  try {
    const verified = accepted.token;
    const { token } = narrowToken({ token: verified, accepted, answer, issuer }, policy);
    return { kind: 'confirmed', token, isNarrowed: token !== verified };
  } catch (error) {
    if (error instanceof InvalidTokenError) return { kind: 'contradicted', answer, error };
    throw error;
  }
}

/**
 * Asks about one opaque token at most once, by a request that is not shared and whose answer is not cached, and
 * keeps the answer.
 */
export class IntrospectionRecorder {
  #record: IntrospectionRecord = Object.freeze({ kind: 'not_asked' });

  /** What was answered. */
  get record(): IntrospectionRecord {
    return this.#record;
  }

  /** Replaces the introspectors of formats, so that the answers are recorded. */
  wrap(formats: TokenFormats | undefined): TokenFormats | undefined {
    return (
      formats && {
        ...formats,
        opaqueIssuers: formats.opaqueIssuers.map((issuer) => this.#wrapIssuer(issuer)),
      }
    );
  }

  #wrapIssuer(issuer: OpaqueIssuer): OpaqueIssuer {
    const { introspector } = issuer;
    const ask = (asked: AskedToken): Promise<IntrospectionAnswer> => this.#ask(introspector, asked);
    return {
      ...issuer,
      introspector: {
        issuer: introspector.issuer,
        ask,
        askNow: ask,
        noteContradiction: () => undefined,
        noteRefusal: () => undefined,
        noteStaleUse: () => undefined,
        whenReady: () => introspector.whenReady(),
        health: () => introspector.health(),
        close: () => undefined,
      },
    };
  }

  async #ask(introspector: Introspector, asked: AskedToken): Promise<IntrospectionAnswer> {
    const record = await recordAnswer(introspector, asked);
    this.#record = record;
    if (record.kind === 'active') return record.answer;
    if (record.kind === 'not_asked') throw new TypeError('no question was recorded');
    throw record.error;
  }
}
