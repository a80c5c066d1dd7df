/**
 * Tests that cite requirements by id.
 *
 * The ids are literals: a search for an id finds its tests, and the manifest's test reads them from the
 * syntax tree.
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
  it(`${[ids].flat().join(' ')}: ${title}`, body);
}
