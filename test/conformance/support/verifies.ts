/**
 * Tests that are tied to requirements by their ids.
 *
 * The gate reads the ids from the syntax tree of the test files, so they are written as literals:
 * whoever greps for an id finds its tests.
 *
 * @module
 */
import { it } from 'vitest';

type TestBody = () => void | Promise<void>;

/**
 * Registers a test that shows one requirement, or several at once.
 *
 * @param ids - A literal, or an array of literals; each is in the manifest.
 * @param title - In the present tense: what the resource server does.
 */
export function verifies(ids: string | readonly string[], title: string, body: TestBody): void {
  it(titleOf(ids, title), body);
}

/**
 * Registers what a planned requirement would need, and fails as soon as it is there: then the
 * manifest has to say `tested`.
 *
 * @param title - In the present tense, as if it were built.
 */
export function notYet(ids: string | readonly string[], title: string, body: TestBody): void {
  it.fails(titleOf(ids, `not yet: ${title}`), body);
}

function titleOf(ids: string | readonly string[], title: string): string {
  return `${[ids].flat().join(' ')}: ${title}`;
}
