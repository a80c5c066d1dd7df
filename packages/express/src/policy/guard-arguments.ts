/**
 * What guards were declared with, where the compiler did not look.
 *
 * @module
 */
import type { NonEmpty } from './scope-requirement.js';

/**
 * Checks that a function without parameters was called without arguments.
 *
 * @param name - The function, as the application knows it.
 * @throws TypeError It was given some, as Express does with middleware that was never made.
 */
export function assertCalledBare(name: string, given: readonly unknown[]): void {
  if (given.length > 0) throw notCalled(name, '');
}

/**
 * Checks that scopes were given one by one.
 *
 * What they are is for the policy to check.
 *
 * @param name - The function, as the application knows it.
 * @throws TypeError There are none, or they came in a list or in one string.
 */
export function assertListed<Item>(
  name: string,
  given: readonly Item[],
): asserts given is NonEmpty<Item> {
  const items: readonly unknown[] = given;
  const [first] = items;
  if (items.length === 0) {
    throw new TypeError(
      `${name}() needs at least one scope; write ${name}('a') or ${name}('a', 'b')`,
    );
  }
  if (isRequest(first)) throw notCalled(name, "'…'");
  const together = items.find((item) => Array.isArray(item) || isSpaced(item));
  if (together === undefined) return;
  const scopes = [together].flat().filter((item) => typeof item === 'string');
  const separate = scopes.flatMap((scope) => scope.split(' ')).filter((scope) => scope !== '');
  const example = separate.map((scope) => `'${scope}'`).join(', ') || "'a', 'b'";
  throw new TypeError(`${name}() takes scopes one by one; write ${name}(${example})`);
}

/**
 * Checks that a function that takes options was called by the application, not by Express.
 *
 * @param name - The function, as the application knows it.
 * @param argument - What to write between its parentheses.
 * @throws TypeError It was given a request.
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

/** Whether Express has called the function itself, as middleware. */
export function isRequest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'headers' in value && 'method' in value;
}
