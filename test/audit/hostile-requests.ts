/**
 * Requests that try to bypass the guards of an application, created from its plan.
 *
 * This file does not use the code of the audit, so that a bug there cannot hide itself.
 *
 * @module
 */
import fc from 'fast-check';
import type { At, Mounting } from './application-plan.js';

/** A request without a token. */
export interface HostileRequest {
  readonly method: string;
  readonly url: string;
}

const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const TEXTS = [
  'a',
  'b',
  'A',
  'B',
  '1',
  '42',
  'sample',
  'a.b',
  '~',
  '%61',
  'a%20b',
  '%2e',
  'a-b',
  'c',
  '%2f',
  '..',
  '.',
  ';',
  'a;x',
  '-',
  '_',
  'Z'.repeat(40),
  'ab',
  'x.y',
  '%',
  '%zz',
  '@',
  '{',
];
const ENDS = [
  '',
  '',
  '',
  '/',
  '//',
  '?q=/a',
  '#',
  '/#/a',
  '#?/',
  '\\',
  '/..',
  '%00',
  '/a',
  '/b/c/d',
];
const EXTRAS = [
  '/',
  '//',
  '*',
  '/*',
  '',
  '/a',
  '/a/b',
  '/b',
  '/A',
  '/a/a/a/a/a/a/a/a/a',
  '/{/x/a#',
];

/** Creates requests for a plan; the same numbers always give the same requests. */
export function hostileRequests(
  plan: readonly Mounting[],
  pick: (bound: number) => number,
  count: number,
): readonly HostileRequest[] {
  const one = <T>(from: readonly T[], otherwise: T): T => from[pick(from.length)] ?? otherwise;
  const paths = [...listPaths(plan), []];
  return Array.from({ length: count }, () => {
    const texts = one(paths, []).map((at) =>
      spell(
        fillIn(at, (from) => one(from, '')),
        pick,
      ),
    );
    const extra = pick(6) === 0 ? one(EXTRAS, '') : '';
    const joined = texts.join(pick(5) === 0 ? '/' : '') + extra + one(ENDS, '');
    const url = pick(12) === 0 ? lose(joined, pick) : joined;
    const first = url.startsWith('/') || url === '*' ? url : `/${url}`;
    return {
      method: one(METHODS, 'GET'),
      url: pick(3) === 0 ? first.replace(/\/\/+/g, '/') : first,
    };
  });
}

/** Lists the declared paths of everything mounted, outermost first. */
function listPaths(plan: readonly Mounting[]): readonly (readonly At[])[] {
  return plan.flatMap((mounting) => {
    if (mounting.kind === 'parser') return [];
    if (!('inside' in mounting)) return [[mounting.at]];
    const inner = listPaths(mounting.inside);
    const outer = mounting.again === null ? [mounting.at] : [mounting.at, mounting.again];
    return outer.flatMap((at) => [[at], ...inner.map((path) => [at, ...path])]);
  });
}

/** Creates a text that a declared path may match, in the grammar of either version. */
function fillIn(at: At, one: (from: readonly string[]) => string): string {
  const texts = flatten(at).map((path) =>
    typeof path === 'string' ? path : `/${one(TEXTS)}/${one(TEXTS)}`,
  );
  const text = one(one(texts).split(/(?<!\([^)]*)\|/));
  return text
    .replace(/\{([^}]*)\}/g, (_braces, inside: string) => one([inside, '']))
    .replace(/\/:\w+\?/g, (optional) => one([optional.slice(0, -1), '']))
    .replace(/:\w+\([^)]+\)/g, () => one([one(TEXTS), one(TEXTS), '', 'a/b', '/a', '%20/b/c']))
    .replace(/:"[^"]+"|:\w+/g, () => one(TEXTS))
    .replace(/\(([^)]*)\)/g, (_group, inside: string) => one(inside.split('|')))
    .replace(/\$/g, '')
    .replace(/\*\w*/g, () =>
      one([one(TEXTS), '', `${one(TEXTS)}/${one(TEXTS)}`, '/a', 'a/b/c/d/e/f']),
    )
    .replace(/b\?/g, () => one(['b', '']))
    .replace(/b\+/g, () => 'b'.repeat(one(['b', 'bb', 'bbbbb']).length))
    .replace(/^\/$/, () => one(['/', '']));
}

/** Flattens nested arrays of paths. */
function flatten(at: At): readonly (string | RegExp)[] {
  return typeof at === 'string' || at instanceof RegExp ? [at] : at.flatMap(flatten);
}

/** Changes the case of some letters. */
function spell(text: string, pick: (bound: number) => number): string {
  const choice = pick(5);
  if (choice === 0) return text.toUpperCase();
  if (choice === 1) return text.toLowerCase();
  if (choice === 2) return Array.from(text, (each) => flip(each, pick)).join('');
  return text;
}

function flip(letter: string, pick: (bound: number) => number): string {
  return pick(2) === 0 ? letter.toUpperCase() : letter.toLowerCase();
}

/** Makes Express remove too much of the URL for a parameter of a mount path. */
function lose(url: string, pick: (bound: number) => number): string {
  const segments = url.split('/');
  const index = pick(segments.length);
  const braces = '{'.repeat(1 + pick(3));
  const lost = 'x'.repeat(pick(8));
  const changed = segments.map((each, position) =>
    position === index ? `${braces}/${lost}`.slice(0, 1 + braces.length + lost.length) : each,
  );
  return `${changed.join('/')}#`;
}

/** Creates a function that picks numbers; a seed always gives the same numbers. */
export function createPicker(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return Math.floor(((state >>> 8) / 2 ** 24) * bound);
  };
}

/** A seed for the requests to one application. */
export const requestSeeds: fc.Arbitrary<number> = fc.integer();
