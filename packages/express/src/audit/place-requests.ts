/**
 * Requests that lead to a place, among them those that are made to pass by its guards.
 *
 * @module
 */
import type { DeclaredPath } from '../router/express-layer.js';
import {
  isFullyShaped,
  joinShapes,
  type KnownLink,
  knownOf,
  plainSamples,
  textsOf,
} from '../router/joined-paths.js';
import { isLiteral, isLossy } from '../router/path-pattern.js';
import type { PlaceWays } from './route-access.js';
import type { Place } from './endpoints.js';
import { type RequestPaths, stepsOf, traceRequest, type Visit } from './request-trace.js';
import type { RouteTree } from '../router/route-walk.js';

/** How requests come to a place. */
export interface Ways {
  /** What each of several requests meets on its way, whatever its method. Never empty. */
  readonly visits: readonly (readonly Visit[])[];
  /** Concrete paths that lead there; empty when none could be worked out. */
  readonly samples: readonly string[];
  /** What requests to those meet. */
  readonly sampleVisits: readonly (readonly Visit[])[];
  /** From which router on the rest of the path is text alone; `Infinity` for none. */
  readonly literalFrom: number;
}

/** What may follow where the rest of a path is not known. */
const UNKNOWN_RESTS = ['', '/', '/sample', '/1', '/%61.~', '//sample', '/sample/sample'];
const DEEP_REST = '/sample'.repeat(13);
/**
 * What may stand between a parameter of a mount path and what the mounted router sees. Where a URL
 * has a fragment, Express escapes characters of the path, and takes as many from the URL as the
 * escaped text is long: behind `{` the inner router begins two characters late.
 */
const LOST_TEXTS = ['/x', DEEP_REST];
const MAX_REQUESTS = 2_000;

/** Works out requests that lead to a place, and follows them. */
export function findWays(tree: readonly RouteTree[], place: Place): Ways {
  const { chain } = place;
  const follow: Follow = (requests) =>
    requests
      .map((request) => traceRequest(tree, place, request))
      .filter((visits) => visits !== undefined);
  const links = knownLinks(place);
  const literalFrom = findLiteral(place);
  if (links.length < chain.length) {
    const visits = followBlindly(place, links, follow);
    return { visits, samples: [], sampleVisits: [], literalFrom };
  }
  const { visits, isReached, isWhole } = followShapes(place, links, follow);
  const guesses = isWhole ? links.map(knownOf) : allUnknown(place);
  const isKnown = guesses.every((guess) => typeof guess === 'string');
  const blind = isKnown ? [] : follow(blindRequests(place, guesses));
  const samples = isReached
    ? plainSamples(links).filter((path) => follow([[path]]).length > 0)
    : [];
  return {
    visits: [...visits, ...follow(lostRequests(place, links)), ...blind],
    samples,
    sampleVisits: follow(samples.map((path) => [path])),
    literalFrom,
  };
}

/** What the requests with a method meet on their ways to a place. */
export function traceWays({ node }: Place, ways: Ways, method: string): PlaceWays {
  return {
    node,
    traces: ways.visits.map((visits) => stepsOf(visits, method)),
    plainTraces: ways.sampleVisits.map((visits) => stepsOf(visits, method)),
    literalFrom: ways.literalFrom,
  };
}

/** What requests meet on their way to a place; nothing of those that do not lead there. */
type Follow = (requests: readonly RequestPaths[]) => readonly (readonly Visit[])[];

interface FollowedShapes {
  readonly visits: readonly (readonly Visit[])[];
  /** Whether any request leads there that leaves out no wildcard. */
  readonly isReached: boolean;
  /** Whether the requests stand for all that the shapes of the links stand for. */
  readonly isWhole: boolean;
}

function followShapes(place: Place, links: readonly KnownLink[], follow: Follow): FollowedShapes {
  const { joined, isWhole: isAllJoined } = joinShapes(links, restsOf(place));
  const alive = joined.map(({ texts, isOptional }) => {
    return { visits: follow(texts.map((text) => [text])), isOptional };
  });
  const needed = alive.filter(({ isOptional }) => !isOptional);
  const isReached = needed.some(({ visits }) => visits.length > 0);
  const isWhole = isAllJoined && isReached && needed.every(({ visits }) => visits.length > 0);
  return {
    visits: [...alive.flatMap(({ visits }) => visits), ...follow([['*']])],
    isReached,
    isWhole,
  };
}

function followBlindly(
  place: Place,
  links: readonly KnownLink[],
  follow: Follow,
): readonly (readonly Visit[])[] {
  const visits = follow(blindRequests(place, place.paths));
  const isWhole = visits.length > 0 && links.every(isFullyShaped);
  return isWhole ? visits : [...visits, ...follow(blindRequests(place, allUnknown(place)))];
}

function allUnknown({ chain }: Place): readonly undefined[] {
  return chain.map(() => undefined);
}

function knownLinks({ chain, paths }: Place): readonly KnownLink[] {
  return chain.flatMap((node, index) => {
    const pattern = paths[index];
    return typeof pattern === 'string' ? [{ node, pattern }] : [];
  });
}

function findLiteral({ node, paths }: Place): number {
  if (node.kind === 'middleware') return Infinity;
  const end = paths.length - 1;
  const isText = (path: DeclaredPath, index: number): boolean =>
    typeof path === 'string' && (index === end ? isLiteral(path) : !isLossy(path));
  const last = paths.findLastIndex((path, index) => !isText(path, index));
  return last === end ? Infinity : last + 1;
}

/** What `use()` mounts takes everything beneath its path. */
function restsOf({ node }: Pick<Place, 'node'>): readonly string[] {
  return node.kind === 'middleware' ? ['', '/', ...UNKNOWN_RESTS.slice(2), DEEP_REST] : [''];
}

/** Requests whose inner routers see another path than what the outer ones see of it. */
function lostRequests(place: Place, links: readonly KnownLink[]): readonly RequestPaths[] {
  const isLost = ({ node, pattern }: KnownLink): boolean =>
    node.kind === 'mount' && isLossy(pattern);
  if (!links.some(isLost)) return [];
  const listsFor = (lost: string): readonly (readonly string[] | undefined)[] =>
    [undefined, ...links].map((before, index) => {
      if (before !== undefined && !isLost(before)) return undefined;
      const rest = links.slice(index);
      const end = rest.findIndex(isLost);
      const known = end === -1 ? rest : rest.slice(0, end + 1);
      const [plainest = '/'] = plainSamples(rest.slice(end + 1));
      // What is lost need not end where a segment does.
      const beneath = [lost + plainest, lost + plainest.slice(1)];
      return textsOf(known, end === -1 ? restsOf(place) : beneath);
    });
  return LOST_TEXTS.flatMap((lost) => inRotation(listsFor(lost)));
}

/** The path of a link, or texts that may lead there; anything else tells nothing. */
type PathGuess = DeclaredPath | readonly string[];

/**
 * Requests to a place whose path is not known in full.
 *
 * Behind a path that is not known the next router begins with one of its own. What the path may be is
 * tried in several forms, so that a guard before it counts only when it does not depend on it.
 */
function blindRequests(
  { node, chain }: Place,
  paths: readonly PathGuess[],
): readonly RequestPaths[] {
  const lists = [undefined, ...paths].map((_path, index) => {
    if (index > 0 && typeof paths[index - 1] === 'string') return undefined;
    const rest = { chain: chain.slice(index), paths: paths.slice(index) };
    const unknown = rest.paths.findIndex((path) => typeof path !== 'string');
    const end = unknown === -1 ? rest.paths.length : unknown;
    const links = rest.paths.slice(0, end).flatMap((pattern, offset) => {
      const link = rest.chain[offset];
      return typeof pattern === 'string' && link !== undefined ? [{ node: link, pattern }] : [];
    });
    const guess = rest.paths[unknown];
    if (Array.isArray(guess)) return textsOf(links, guess);
    return textsOf(links, unknown === -1 ? restsOf({ node }) : [...UNKNOWN_RESTS, DEEP_REST, '*']);
  });
  return inRotation(lists);
}

/** Every text of every list at least once. */
function inRotation(lists: readonly (readonly string[] | undefined)[]): readonly RequestPaths[] {
  const longest = Math.max(...lists.map((list) => list?.length ?? 0));
  return Array.from({ length: Math.min(longest, MAX_REQUESTS) }, (_item, turn) =>
    lists.map((list) => list?.[turn % list.length]),
  );
}
