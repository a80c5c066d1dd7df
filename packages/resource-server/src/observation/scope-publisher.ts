/**
 * The scopes that events contain: those that the API declares by name, the others counted.
 *
 * @module
 */
import type { VerifiedAccessToken } from '@scopegate/access-token';
import type { PublishedScopes } from '../decision-event.js';
import type { CompiledPolicy } from '../policy/guard-policy.js';

type Token = Pick<VerifiedAccessToken<unknown>, 'scopes'>;

/** Creates what events say about the scopes of tokens, once for each token and policy. */
export class ScopePublisher {
  readonly #vocabulary: ReadonlySet<string>;
  readonly #held = new WeakMap<Token, PublishedScopes>();
  readonly #excess = new WeakMap<CompiledPolicy, WeakMap<Token, PublishedScopes>>();

  /** @param vocabulary - The scopes that events may name. */
  constructor(vocabulary: ReadonlySet<string>) {
    this.#vocabulary = vocabulary;
  }

  /** Returns all scopes of a token. */
  held(token: Token): PublishedScopes {
    const known = this.#held.get(token);
    if (known !== undefined) return known;
    const held = this.#publish([...token.scopes]);
    this.#held.set(token, held);
    return held;
  }

  /** Returns the scopes that a token has and its route does not require; `undefined` where they are ignored. */
  excess(token: Token, policy: CompiledPolicy): PublishedScopes | undefined {
    if (policy.declared.excessScopes === 'ignore') return undefined;
    let known = this.#excess.get(policy);
    if (known === undefined) {
      known = new WeakMap();
      this.#excess.set(policy, known);
    }
    const excess = known.get(token) ?? this.#findExcess(token, policy);
    known.set(token, excess);
    return excess === NONE ? undefined : excess;
  }

  #findExcess({ scopes }: Token, { scopes: { named } }: CompiledPolicy): PublishedScopes {
    const excess = [...scopes].filter((scope) => !named.has(scope));
    return excess.length === 0 ? NONE : this.#publish(excess);
  }

  #publish(scopes: readonly string[]): PublishedScopes {
    const declared = scopes.filter((scope) => this.#vocabulary.has(scope));
    const others = scopes.length - declared.length;
    return Object.freeze({ declared: Object.freeze(declared), others });
  }
}

const NONE: PublishedScopes = Object.freeze({ declared: Object.freeze([]), others: 0 });
