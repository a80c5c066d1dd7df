/**
 * What guards require, in words.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';
import {
  combinePolicies,
  type CombinedPolicy,
  formatRequirement,
} from '@scopegate/resource-server/internal';

/** Policies are frozen and few, decisions are many. */
const cache = new WeakMap<GuardPolicy, string>();

/**
 * Describes what guards require together, in the names of the options.
 *
 * @param policies - In the order of the guards.
 * @returns `undefined` if they require nothing but a valid token.
 */
export function describePolicies(policies: readonly GuardPolicy[]): string | undefined {
  const [only] = policies;
  if (only === undefined || policies.length > 1) return describe(policies);
  let words = cache.get(only);
  if (words === undefined) {
    words = describe(policies) ?? '';
    cache.set(only, words);
  }
  return words === '' ? undefined : words;
}

function describe(policies: readonly GuardPolicy[]): string | undefined {
  return describeCombined(combinePolicies(policies));
}

/** Describes what several guards require together. */
export function describeCombined(combined: CombinedPolicy): string | undefined {
  const words = [...describeScopes(combined), ...describeCaller(combined)];
  return words.length === 0 ? undefined : words.join('; ');
}

function describeScopes({ scope, atMost }: CombinedPolicy): readonly string[] {
  return [
    ...(scope === undefined ? [] : [formatRequirement(scope)]),
    ...(atMost === undefined ? [] : [`atMost ${atMost.length === 0 ? 'none' : atMost.join(', ')}`]),
  ];
}

function describeCaller(combined: CombinedPolicy): readonly string[] {
  const { principal, senderConstraints, acrValues, maxAgeSeconds, fresh, checks } = combined;
  return [
    ...(principal === undefined ? [] : [`principal ${principal}`]),
    ...senderConstraints.map((constraint) => `senderConstraint ${constraint}`),
    ...(acrValues === undefined ? [] : [`acrValues ${acrValues.join(', ')}`]),
    ...(maxAgeSeconds === undefined ? [] : [`maxAgeSeconds ${maxAgeSeconds}`]),
    ...(fresh ? ['fresh'] : []),
    ...checks.map((check) => `check ${check === '' ? '(unnamed)' : check}`),
  ];
}
