/**
 * The verifier behind a guard, so that `scopegate explain --app` explains tokens with the options of
 * the application.
 *
 * @module
 */
import type { AccessTokenVerifier } from '@scopegate/access-token';

/** The part of a verifier that explains tokens and reports its health. */
export type TokenExplainer = Pick<AccessTokenVerifier<unknown>, 'explain' | 'health'>;

// In the global symbol registry, because the command and the application may use different copies.
const EXPLAINER = Symbol.for('@scopegate/express/explainer');

/** Attaches the verifier of a guard. */
export function attachExplainer(guard: object, explainer: TokenExplainer): void {
  Object.defineProperty(guard, EXPLAINER, { value: explainer });
}

/** Finds the verifier of a guard; `undefined` when the handler is not a guard. */
export function findExplainer(handle: object): TokenExplainer | undefined {
  const explainer: unknown = Reflect.get(handle, EXPLAINER);
  return isExplainer(explainer) ? explainer : undefined;
}

function isExplainer(value: unknown): value is TokenExplainer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'explain' in value &&
    typeof value.explain === 'function' &&
    'health' in value &&
    typeof value.health === 'function'
  );
}
