/**
 * All fronts, and tests for each of them.
 *
 * @module
 */
import { describe } from 'vitest';
import { EXPRESS_FRONTS } from './express-front.js';
import { FASTIFY_FRONT } from './fastify-front.js';
import type { Front } from './front.js';
import { HONO_FRONT } from './hono-front.js';
import { WEB_FRONT } from './web-front.js';

/** Every front. */
export const FRONTS: readonly Front[] = [...EXPRESS_FRONTS, FASTIFY_FRONT, WEB_FRONT, HONO_FRONT];

/** The fronts whose guards, layers and handlers share one response object. */
export const SHARED_RESPONSE_FRONTS: readonly Front[] = FRONTS.filter(
  ({ sharesResponse }) => sharesResponse,
);

/** Describes the same behaviour for each front. */
export function forEachFront(tests: (front: Front) => void, fronts = FRONTS): void {
  for (const front of fronts) {
    describe(front.name, () => {
      tests(front);
    });
  }
}

/**
 * Describes the same behaviour for each version of Express: what only Express has, and decisions on
 * tokens and keys, which fronts have no part in.
 */
export function forEachExpressFront(tests: (front: Front) => void): void {
  forEachFront(tests, EXPRESS_FRONTS);
}
