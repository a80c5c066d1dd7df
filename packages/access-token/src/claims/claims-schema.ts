/**
 * The application's schema for claims.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import { errorFrom, isThenable, settle, settleInTime } from '@scopegate/protocol/internal';
import type { KnownToken } from './verified-token.js';
import { copyPlain } from '../jws/plain-copy.js';

/** The subject of messages about the schema. */
const HOOK = 'option "claims": the schema';

/** The result of a schema. Issues may contain claim values. */
export type SchemaAnswer<Claims> = { readonly value: Claims } | { readonly issues: unknown };

/** A token with the claims that the schema returned. */
export interface ClaimedToken<Claims> {
  readonly token: KnownToken<Claims>;
  /** Whether the claims are deeply frozen plain data, which no request can change for another. */
  readonly isShareable: boolean;
  /** The memory of the claims in addition to those of the token, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

/**
 * Replaces the claims of a token with the value that the schema returns for them.
 *
 * @returns Synchronously when the schema is synchronous.
 * @throws InvalidTokenError `claim`: the schema found issues.
 * @throws Error As {@link askSchema}.
 */
export function applyClaimsSchema<Claims>(
  token: KnownToken,
  schema: StandardSchemaV1<unknown, Claims>,
): ClaimedToken<Claims> | Promise<ClaimedToken<Claims>> {
  return settle(askSchema(token, schema), (answer) => withClaims(token, answer));
}

/**
 * Validates the claims of a token with a schema. Only a result with `value` and without `issues`
 * passes.
 *
 * @returns Synchronously when the schema is synchronous; otherwise a native promise that rejects after
 *   10 s without a result.
 * @throws Error What the schema threw, as an error; a `TypeError` when its result has neither
 *   `value` nor `issues`.
 */
export function askSchema<Claims>(
  token: KnownToken,
  schema: StandardSchemaV1<unknown, Claims>,
): SchemaAnswer<Claims> | Promise<SchemaAnswer<Claims>> {
  try {
    const answer: unknown = schema['~standard'].validate(token.claims);
    return isThenable(answer) ? awaitAnswer<Claims>(answer) : readAnswer(answer);
  } catch (failure) {
    throw errorFrom(failure, HOOK);
  }
}

async function awaitAnswer<Claims>(answer: PromiseLike<unknown>): Promise<SchemaAnswer<Claims>> {
  try {
    return readAnswer(await settleInTime(answer, HOOK));
  } catch (failure) {
    throw errorFrom(failure, HOOK);
  }
}

function readAnswer<Claims>(answer: unknown): SchemaAnswer<Claims> {
  if (typeof answer === 'object' && answer !== null) {
    const issues: unknown = 'issues' in answer ? answer.issues : undefined;
    if (issues !== undefined) return { issues };
    // The schema declares the type of its values.
    if ('value' in answer) return { value: answer.value as Claims };
  }
  throw new TypeError('option "claims": the schema must return { value } or { issues }');
}

function withClaims<Claims>(token: KnownToken, answer: SchemaAnswer<Claims>): ClaimedToken<Claims> {
  // Issues may contain claim values, so they are not passed on.
  if ('issues' in answer) throw new InvalidTokenError('claim');
  const { value } = answer;
  // The claims of the token itself are deeply frozen.
  if (value === token.claims) {
    return { token: Object.freeze({ ...token, claims: value }), isShareable: true, heapBytes: 0 };
  }
  const { value: claims, isPlain, heapBytes } = copyPlain(value);
  // The copy has the type of the original.
  const claimed = Object.freeze({ ...token, claims: claims as Claims });
  return { token: claimed, isShareable: isPlain, heapBytes };
}
