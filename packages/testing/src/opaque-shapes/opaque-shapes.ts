/**
 * Opaque tokens in the format of well-known authorization servers.
 *
 * @module
 */
import { didYouMean, invalidOption } from '@scopegate/protocol/internal';
import { curity } from './curity.js';
import type { OpaqueShape } from './opaque-shape.js';
import { ory } from './ory.js';

/** The authorization servers whose opaque tokens can be imitated. */
export type OpaqueShapeName = 'curity' | 'ory';

/** A format of opaque tokens and how it differs from RFC 7662. */
export interface OpaqueShapeDescription {
  /** The value of `like`. */
  readonly name: OpaqueShapeName;
  /** How its tokens begin. */
  readonly prefix: string;
  /** The differences, in one line. */
  readonly explanation: string;
}

const SHAPES: Readonly<Record<OpaqueShapeName, OpaqueShape>> = { curity, ory };

/**
 * Every format of opaque tokens, for tables of tests.
 *
 * @example
 * it.each(opaqueTokenShapes)('accepts opaque tokens like $name', async ({ name }) => {
 *   const token = await issuer.opaque({ like: name });
 *   await request(app).get('/').auth(token, { type: 'bearer' }).expect(200);
 * });
 */
export const opaqueTokenShapes: readonly OpaqueShapeDescription[] = Object.freeze(
  shapeNames().map((name) => {
    const { prefix, explanation } = SHAPES[name];
    return Object.freeze({ name, prefix, explanation });
  }),
);

/**
 * Reads the option `like` of an opaque token.
 *
 * @returns The format; `undefined` when the option is omitted.
 * @throws TypeError The name is unknown.
 */
export function optionalOpaqueShape(name: unknown): OpaqueShape | undefined {
  if (name === undefined) return undefined;
  const known = shapeNames();
  const found = known.find((each) => each === name);
  if (found !== undefined) return SHAPES[found];
  const hint = typeof name === 'string' ? didYouMean(name, known) : '';
  throw invalidOption('like', `must be one of ${known.join(', ')}${hint}`);
}

function shapeNames(): readonly OpaqueShapeName[] {
  return Object.keys(SHAPES) as OpaqueShapeName[]; // the table has no other names
}
