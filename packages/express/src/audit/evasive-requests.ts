/**
 * Creates requests to an endpoint that its guards may not match, because they see a different path.
 *
 * @module
 */
import type { DeclaredPath } from '../router/declared-path.js';
import { joinSamples, listJoinedTexts } from '../router/joined-paths.js';
import { isLossy } from '../router/path-pattern.js';
import type { Endpoint, EndpointEntry, Path, PathEntry } from './endpoints.js';
import type { RequestPaths } from './request-trace.js';

/** Suffixes that stand for the unknown rest of a path. */
const UNKNOWN_SUFFIXES = ['', '/', '/sample', '/1', '/%61.~', '//sample', '/sample/sample'];
const DEEP_SUFFIX = '/sample'.repeat(13);
/**
 * Texts that Express may remove after a parameter of a mount path, so that the mounted router does not
 * see them. If a URL has a fragment, Express escapes characters of the path, and removes as many
 * characters from the URL as the escaped text has: after `{`, the mounted router's path starts two
 * characters too late.
 */
const LOST_TEXTS = ['/x', DEEP_SUFFIX];
const MAX_REQUESTS = 2_000;

/** The path of an entry, or texts that represent it; anything else is unknown. */
export type PathGuess = DeclaredPath | readonly string[];

/** An entry whose declared path is a string. */
export interface PatternPathEntry extends PathEntry {
  readonly pattern: string;
}

/** Lists what may follow the path of an endpoint: middleware handles every path beneath its own. */
export function listSuffixes({ kind }: EndpointEntry): readonly string[] {
  return kind === 'middleware' ? [...UNKNOWN_SUFFIXES, DEEP_SUFFIX] : [''];
}

/** Lists the entries of a path whose declared paths are strings. */
export function listPatternEntries(path: Path): readonly PatternPathEntry[] {
  return path.flatMap(({ entry, pattern }) =>
    typeof pattern === 'string' ? [{ entry, pattern }] : [],
  );
}

/** Creates requests for which inner routers see a different path than outer ones expect. */
export function createLossyRequests({ entry, path }: Endpoint): readonly RequestPaths[] {
  const entries = listPatternEntries(path);
  if (!entries.some(isLossyMount)) return [];
  const listTexts = (lost: string): readonly (readonly string[] | undefined)[] =>
    [undefined, ...entries].map((before, index) => {
      if (before !== undefined && !isLossyMount(before)) return undefined;
      const rest = entries.slice(index);
      const end = rest.findIndex(isLossyMount);
      if (end === -1) return listJoinedTexts(rest, listSuffixes(entry));
      const [plainest = '/'] = joinSamples(rest.slice(end + 1));
      // The lost text may end within a segment.
      return listJoinedTexts(rest.slice(0, end + 1), [lost + plainest, lost + plainest.slice(1)]);
    });
  return LOST_TEXTS.flatMap((lost) => combine(listTexts(lost)));
}

function isLossyMount({ entry, pattern }: PatternPathEntry): boolean {
  return entry.kind === 'mount' && isLossy(pattern);
}

/**
 * Creates requests to an endpoint whose path is not fully known.
 *
 * Where the path of an entry is unknown, the request specifies the path that the next router sees.
 * Several texts replace the unknown path, so that a guard before it counts only when it matches all
 * of them.
 *
 * @param guesses - One for each entry of the path.
 */
export function createBlindRequests(
  { entry, path }: Endpoint,
  guesses: readonly PathGuess[],
): readonly RequestPaths[] {
  const lists = [undefined, ...guesses].map((_guess, index) => {
    if (index > 0 && typeof guesses[index - 1] === 'string') return undefined;
    const rest = guesses.slice(index);
    const unknown = rest.findIndex((guess) => typeof guess !== 'string');
    const end = unknown === -1 ? rest.length : unknown;
    const entries = rest.slice(0, end).flatMap((pattern, offset) => {
      const each = path[index + offset];
      return typeof pattern === 'string' && each ? [{ entry: each.entry, pattern }] : [];
    });
    const guess = rest[unknown];
    if (Array.isArray(guess)) return listJoinedTexts(entries, guess);
    const suffixes = [...UNKNOWN_SUFFIXES, DEEP_SUFFIX, '*'];
    return listJoinedTexts(entries, unknown === -1 ? listSuffixes(entry) : suffixes);
  });
  return combine(lists);
}

/** Creates requests that use each text of each list at least once. */
function combine(lists: readonly (readonly string[] | undefined)[]): readonly RequestPaths[] {
  const longest = Math.max(...lists.map((list) => list?.length ?? 0));
  return Array.from({ length: Math.min(longest, MAX_REQUESTS) }, (_item, round) =>
    lists.map((list) => list?.[round % list.length]),
  );
}
