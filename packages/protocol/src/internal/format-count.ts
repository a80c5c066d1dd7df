/**
 * Numbers of things in sentences.
 *
 * @module
 */

/**
 * Formats a number of things, such as `1 request` and `2 requests`.
 *
 * @param plural - Needed where `s` alone does not form it, such as `processes`.
 */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
