/**
 * The policies of recorded requests, each once.
 *
 * @module
 */
import type { GuardPolicy } from '@scopegate/resource-server';

/** An application has a policy for each guard; only one that creates guards for each request has more. */
const MAX_POLICIES = 2_000;

/** Numbers policies, equal ones equally. */
export class RecordedPolicies {
  readonly #byPolicy = new WeakMap<GuardPolicy, number>();
  readonly #byText = new Map<string, number>();
  readonly #policies: GuardPolicy[] = [];

  /** Returns the index of a policy; `undefined` when there are too many. */
  indexOf(policy: GuardPolicy): number | undefined {
    const known = this.#byPolicy.get(policy);
    if (known !== undefined) return known;
    const text = formatPolicyKey(policy);
    const index = this.#byText.get(text) ?? this.#add(text, policy);
    if (index !== undefined) this.#byPolicy.set(policy, index);
    return index;
  }

  /** Returns the first policy that is equal to this one; this one when there are too many. */
  ownOf(policy: GuardPolicy): GuardPolicy {
    const index = this.indexOf(policy);
    return index === undefined ? policy : (this.#policies[index] ?? policy);
  }

  /** Returns all policies, by index. */
  list(): readonly GuardPolicy[] {
    return [...this.#policies];
  }

  #add(text: string, policy: GuardPolicy): number | undefined {
    const index = this.#policies.length;
    if (index >= MAX_POLICIES) return undefined;
    this.#byText.set(text, index);
    this.#policies.push(policy);
    return index;
  }
}

/** Formats a policy so that equal ones are equal texts, whatever the order of their members. */
export function formatPolicyKey({ trial, ...policy }: GuardPolicy): string {
  const members = Object.entries(policy)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([members, trial && formatPolicyKey(trial)]);
}
