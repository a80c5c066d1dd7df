/**
 * Paths to claims, such as `realm_access.roles`.
 *
 * @module
 */
import type { JsonObject } from '../jws/json-object.js';

/**
 * A path to a claim, prepared for reading.
 *
 * Each entry is a key that an object may have at this point, and the rest of the path behind it. Keys
 * may contain dots, so the longest ones come first. An empty path is the value itself.
 */
export type ClaimPath = readonly ClaimPathStep[];

/** One key of a path, and the rest of the path. */
export interface ClaimPathStep {
  readonly key: string;
  readonly rest: ClaimPath;
}

// The number of steps grows with the square of the number of segments.
const MAX_SEGMENTS = 16;

/**
 * Prepares the path of a claim.
 *
 * @param name - The name of a claim, or a path with dots. A name with more than 15 dots is not a path.
 */
export function parseClaimPath(name: string): ClaimPath {
  const segments = name.split('.');
  if (segments.length > MAX_SEGMENTS) return Object.freeze([createStep(name, [])]);
  const paths: ClaimPath[] = [];
  for (let start = segments.length - 1; start >= 0; start -= 1) {
    const steps: ClaimPathStep[] = [];
    for (let end = segments.length; end > start; end -= 1) {
      steps.push(createStep(segments.slice(start, end).join('.'), paths[end] ?? []));
    }
    paths[start] = Object.freeze(steps);
  }
  return paths[0] ?? [];
}

/**
 * Finds the claim at a path. At each step, the longest key that the object has is used, so a claim
 * whose name is the whole path has precedence. Only own members of objects are read.
 *
 * @returns `undefined` if the path does not exist.
 */
export function findClaim(claims: JsonObject, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (let steps = path; steps.length > 0;) {
    if (!isJsonObject(value)) return undefined;
    const object = value;
    const step = steps.find(({ key }) => Object.hasOwn(object, key));
    if (step === undefined) return undefined;
    value = object[step.key];
    steps = step.rest;
  }
  return value;
}

function createStep(key: string, rest: ClaimPath): ClaimPathStep {
  return Object.freeze({ key, rest });
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
