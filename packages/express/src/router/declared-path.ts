/**
 * The paths that an entry of a router was declared with, as far as Express keeps them.
 *
 * @module
 */
import { declaredByRegExp } from './express4-path.js';
import { hasMembers, isHandler, type Members } from './handler.js';
import type { Dialect } from './path-pattern.js';

/** A path as it was declared; `undefined` where Express does not keep it. */
export type DeclaredPath = string | RegExp | undefined;

/** Reads the paths of a route. An array of paths may contain arrays. */
export function readPaths(path: unknown): readonly DeclaredPath[] {
  // Express 4 turns an empty array into an expression that matches every path.
  if (Array.isArray(path)) return path.length === 0 ? [undefined] : path.flatMap(readPaths);
  return [typeof path === 'string' || path instanceof RegExp ? path : undefined];
}

/**
 * Reads the paths of a layer.
 *
 * @param layer - An entry of a router's stack.
 * @param declared - The paths of its route; `undefined` for what `use()` mounted.
 * @returns The paths, followed by `undefined` when the layer also matches others.
 */
export function readLayerPaths(
  layer: Members,
  declared: readonly DeclaredPath[] | undefined,
): readonly DeclaredPath[] {
  const paths = declared ?? readMountPaths(layer);
  const { matchers, regexp } = layer;
  // The application may have changed an array of paths after it was mounted.
  if (Array.isArray(matchers)) {
    if (matchers.length === 0) return [];
    const isComplete = matchers.length === paths.length || paths.includes(undefined);
    return isComplete ? paths : [...paths, undefined];
  }
  const isSingle = (path: DeclaredPath): boolean => typeof path === 'string' && !path.includes('|');
  if (!(regexp instanceof RegExp) || !paths.every(isSingle)) return paths;
  // Express 4 turns each path into an expression, and joins them.
  return regexp.source.split('|^').length > paths.length ? [...paths, undefined] : paths;
}

function readMountPaths(layer: Members): readonly DeclaredPath[] {
  const { rawPath, regexp, keys } = layer;
  if (rawPath !== undefined) return readPaths(rawPath);
  if (layer['slash'] === true) return ['/'];
  if (!(regexp instanceof RegExp)) return [undefined];
  const names = Array.isArray(keys) ? keys.filter(hasMembers).map(({ name }) => String(name)) : [];
  return declaredByRegExp(regexp, names);
}

/** Whether a regular expression continues where its last match ended. */
export function isStateful(path: DeclaredPath): boolean {
  return path instanceof RegExp && (path.global || path.sticky);
}

/** A path of Express 4 that contains no regular expression. */
const PLAIN_IN_EXPRESS_4 = /^(?:\/:\w+\?|:\w+|[-\w/.~%@!&',;=*])*$/;

/** Whether a path of a layer contains only text, parameters and wildcards. */
export function isPlainPath(path: DeclaredPath, dialect: Dialect, layer: Members): boolean {
  if (typeof path === 'string') return dialect === 5 || PLAIN_IN_EXPRESS_4.test(path);
  const { matchers } = layer;
  if (path !== undefined || !Array.isArray(matchers)) return false;
  // Before router 2.3 only the name of its matcher distinguishes an expression from a string.
  return matchers.every((matcher) => isHandler(matcher) && matcher.name !== 'regexpMatcher');
}
