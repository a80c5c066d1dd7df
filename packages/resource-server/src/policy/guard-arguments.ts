/**
 * Checks the arguments of guards, because plain JavaScript can pass anything.
 *
 * @module
 */
import type { NonEmpty } from './scope-requirement.js';

/**
 * Asserts that a function without parameters was called without arguments.
 *
 * @param name - The public name of the function.
 * @throws TypeError There are arguments, for example because the function was mounted without being
 *   called, and Express has called it.
 */
export function assertCalledBare(name: string, given: readonly unknown[]): void {
  if (given.length > 0) throw notCalled(name, '');
}

/**
 * Asserts that scopes were passed as separate arguments. The policy checks the scopes themselves.
 *
 * @param name - The public name of the function.
 * @throws TypeError There are no scopes, or they are in an array or in one string.
 */
export function assertListed<Item>(
  name: string,
  given: readonly Item[],
): asserts given is NonEmpty<Item> {
  const items: readonly unknown[] = given;
  const [first] = items;
  if (items.length === 0) {
    throw new TypeError(
      `${name}() requires at least one scope; write ${name}('a') or ${name}('a', 'b')`,
    );
  }
  if (isRequest(first)) throw notCalled(name, "'…'");
  const together = items.find((item) => Array.isArray(item) || isSpaced(item));
  if (together === undefined) return;
  const scopes = [together].flat().filter((item) => typeof item === 'string');
  const separate = scopes.flatMap((scope) => scope.split(' ')).filter((scope) => scope !== '');
  const example = separate.map((scope) => `'${scope}'`).join(', ') || "'a', 'b'";
  throw new TypeError(`${name}() requires scopes as separate arguments; write ${name}(${example})`);
}

/**
 * Asserts that the application, not Express, has called a function.
 *
 * @param name - The public name of the function.
 * @param argument - The argument that the message shows.
 * @throws TypeError The argument is a request.
 */
export function assertNotMiddleware(name: string, given: unknown, argument: string): void {
  if (isRequest(given)) throw notCalled(name, argument);
}

function notCalled(name: string, argument: string): TypeError {
  return new TypeError(
    `${name}() must be called when the route is declared; write api.${name}(${argument})`,
  );
}

function isSpaced(value: unknown): boolean {
  return typeof value === 'string' && value.includes(' ');
}

/** Whether a value is a request, which means that Express has called a function as middleware. */
export function isRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'headers' in value && 'method' in value;
}
