/**
 * The checks of what the authorization server answers about a token.
 *
 * @module
 */
import type { InvalidTokenError } from '@scopegate/protocol';
import type { Check } from './check.js';
import { describeFailure } from '../inspection/failure.js';
import { createFixes } from '../inspection/fix.js';
import type { ClaimsInspection, OpaqueInspection } from '../inspection/inspection.js';
import { formatValue } from '../inspection/printable.js';

/** The names of the checks of {@link INTROSPECTION_CHECKS}. */
export type IntrospectionCheckName = 'introspection' | 'active';

/** The name of the check of {@link FRESH_CHECKS}. */
export type FreshCheckName = 'fresh_introspection';

const UNAVAILABLE_FIXES = createFixes(
  ['resource server', 'make sure that the introspection endpoint is correct and reachable'],
  ['authorization server', 'answer introspection requests as RFC 7662 §2.2 requires'],
);

/** The checks of an opaque token that precede those of its claims. */
export const INTROSPECTION_CHECKS: Readonly<
  Record<IntrospectionCheckName, Check<OpaqueInspection>>
> = Object.freeze({
  introspection: {
    rfc: 'RFC 7662 §2.2',
    appliesTo: ({ introspection }) => introspection.kind !== 'not_asked',
    expected: ({ format }) => `an introspection response of ${formatValue(format.issuer.issuer)}`,
    found: ({ introspection }) =>
      introspection.kind === 'unavailable'
        ? describeFailure(introspection.error)
        : introspection.kind === 'not_asked'
          ? 'not checked, because the token is malformed'
          : 'an introspection response',
    run: ({ introspection }) => {
      if (introspection.kind === 'unavailable') throw introspection.error;
    },
    fixes: UNAVAILABLE_FIXES,
  },
  active: {
    rfc: 'RFC 7662 §2.2',
    appliesTo: ({ introspection: { kind } }) => kind === 'active' || kind === 'refused',
    expected: () => '"active" true, and nothing that speaks of another kind of token',
    found: ({ introspection }) => {
      if (introspection.kind === 'refused') return describeRefusal(introspection.error);
      return introspection.kind === 'active' ? '"active" true' : 'unknown';
    },
    run: ({ introspection }) => {
      if (introspection.kind === 'refused') throw introspection.error;
    },
    fixes: createFixes(
      ['client', 'request a new token, because this one has expired or was revoked'],
      [
        'authorization server',
        'allow this resource server to introspect the tokens that are meant for it',
      ],
    ),
  },
});

/** What a route with `fresh` requires; follows the proof of possession. */
export const FRESH_CHECKS: Readonly<Record<FreshCheckName, Check>> = Object.freeze({
  fresh_introspection: {
    rfc: 'RFC 7662 §4',
    appliesTo: ({ fresh }) => fresh.kind !== 'not_asked',
    expected: ({ expected: { issuer } }) =>
      `${formatValue(issuer)} answers now that the token is active, and says nothing else about it`,
    found: describeFresh,
    run: ({ fresh }) => {
      if ('error' in fresh) throw fresh.error;
    },
    fixes: createFixes(
      ['client', 'request a new token, because this one was revoked'],
      ['resource server', 'make sure that the introspection endpoint is correct and reachable'],
      ['authorization server', 'answer with the claims of the token, where they are not omitted'],
    ),
  },
});

/** The members of an answer that must not contradict the token. */
const COMPARED: readonly string[] = ['sub', 'client_id', 'jti', 'cnf', 'aud', 'exp'];

function describeFresh({ fresh, requirement, format }: ClaimsInspection): string {
  switch (fresh.kind) {
    case 'not_asked':
      if (requirement.fresh !== true) return 'not required';
      return typeof format === 'object'
        ? 'asked for this explanation'
        : 'not checked, because an earlier check failed';
    case 'unavailable':
      return describeFailure(fresh.error);
    case 'refused':
      return describeRefusal(fresh.error);
    case 'contradicted': {
      const { claims } = fresh.answer;
      const members = COMPARED.filter((name) => Object.hasOwn(claims, name));
      const list = members.map((name) => `"${name}" ${formatValue(claims[name])}`).join(', ');
      return `"active" true, but the answer does not fit the token: ${list}`;
    }
    case 'active':
      return '"active" true';
    case 'confirmed': {
      const { scopes } = fresh.token;
      const limit = `, with only the scope ${formatValue([...scopes].join(' '))}`;
      return `"active" true${fresh.isNarrowed ? limit : ''}`;
    }
  }
}

const REFUSALS: Readonly<Partial<Record<InvalidTokenError['reason'], string>>> = {
  inactive: '"active" false',
  typ: '"active" true, but about another kind of token, as "token_type" or other members show',
  issuer: '"active" true, but "iss" is another issuer',
};

function describeRefusal({ reason }: InvalidTokenError): string {
  return REFUSALS[reason] ?? `a response that is refused: ${reason}`;
}
