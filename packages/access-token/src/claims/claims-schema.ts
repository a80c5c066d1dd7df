/**
 * Claims held against the schema that the application gave.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { InvalidTokenError } from '@scopegate/protocol';
import { errorFrom, isThenable, settleInTime } from '@scopegate/protocol/internal';
import type { VerifiedAccessToken } from './verified-token.js';
import { copyPlain } from '../jws/plain-copy.js';

/** As the subject of a sentence. */
const HOOK = 'option "claims": the schema';

/** What a schema says of claims; issues may quote claims. */
export type SchemaAnswer<Claims> = { readonly value: Claims } | { readonly issues: unknown };

/** A token with the claims that a schema made. */
export interface ClaimedToken<Claims> {
  readonly token: VerifiedAccessToken<Claims>;
  /** Whether the claims are plain data, frozen in depth, which no request can change for another. */
  readonly isShareable: boolean;
  /** What the claims occupy beside those of the token, in octets: an estimate from above. */
  readonly heapBytes: number;
}

/**
 * Gives a token the claims that a schema makes of its claims.
 *
 * @returns In this tick when the schema answers so.
 * @throws InvalidTokenError `claim`: the schema found issues.
 * @throws Error As {@link askSchema}.
 */
export function applyClaimsSchema<Claims>(
  token: VerifiedAccessToken,
  schema: StandardSchemaV1<unknown, Claims>,
): ClaimedToken<Claims> | Promise<ClaimedToken<Claims>> {
  const answer = askSchema(token, schema);
  return answer instanceof Promise
    ? answer.then((late) => withClaims(token, late))
    : withClaims(token, answer);
}

/**
 * Asks a schema about the claims of a token. Fails closed: only what has a `value` and no `issues`
 * is a yes.
 *
 * @returns In this tick when the schema answers so; otherwise a promise of this realm, which rejects
 *   when there is no answer within 10 s.
 * @throws Error What the schema threw, as an error; a `TypeError` when its answer has another shape.
 */
export function askSchema<Claims>(
  token: VerifiedAccessToken,
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
    // What a schema makes has the type that it declares.
    if ('value' in answer) return { value: answer.value as Claims };
  }
  throw new TypeError('option "claims": the schema must return { value } or { issues }');
}

function withClaims<Claims>(
  token: VerifiedAccessToken,
  answer: SchemaAnswer<Claims>,
): ClaimedToken<Claims> {
  // The issues may quote claims, so they are not passed on.
  if ('issues' in answer) throw new InvalidTokenError('claim');
  const { value } = answer;
  // What the token holds itself is frozen in depth.
  if (value === token.claims) {
    return { token: Object.freeze({ ...token, claims: value }), isShareable: true, heapBytes: 0 };
  }
  const { value: claims, isPlain, heapBytes } = copyPlain(value);
  // The copy has the type of what the schema made.
  const claimed = Object.freeze({ ...token, claims: claims as Claims });
  return { token: claimed, isShareable: isPlain, heapBytes };
}
