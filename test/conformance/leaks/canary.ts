/**
 * Tokens whose members contain a mark, and the search for their traces in what subscribers put out.
 *
 * @module
 */
import { createSecretKey } from 'node:crypto';
import { forgeries, type TokenOverrides } from '@scopegate/testing';
import { encode, signToken } from '../../support/tokens.js';
import type { Fixture } from '../support/fixture.js';
import { findTokenTraces } from './tracer.js';

/** A mark, and the tokens that contain it. */
export interface Canary {
  /** The members of a token with a key id that the issuer does not publish. */
  readonly members: TokenOverrides;
  /** Issues a token that is accepted, and one for each forgery. */
  readonly listTokens: (rs: Fixture) => Promise<readonly string[]>;
  /** Presents a token on each route, with the mark in the path, the query and the fields. */
  readonly present: (rs: Fixture, token: string) => Promise<void>;
  /** Lists the traces of the mark and of tokens in a text. */
  readonly tracesOf: (tokens: readonly string[], text: string) => readonly string[];
}

/** @param mark - Occurs nowhere else. */
export function createCanary(mark: string): Canary {
  const note = `${mark}-header`;
  const claims = {
    sub: `${mark}-sub`,
    client_id: `${mark}-client`,
    jti: `${mark}-jti`,
    email: `${mark}@example.com`,
    [`${mark}-claim`]: 1,
  };
  const scope = `read ${mark}-scope`;
  const members = { scope, claims, header: { kid: `${mark}-kid`, note } };
  return {
    members,
    listTokens: async ({ issuer }) => {
      const tokens = [await issuer.mint({ scope, claims, header: { note } })];
      for (const { name } of forgeries) tokens.push(await issuer.forge[name](members));
      const key = createSecretKey(Buffer.from(mark.repeat(4)));
      return [...tokens, signToken(claims, { key })];
    },
    present: async (rs, token) => {
      for (const path of ['/p', '/write', `/p/${mark}?${mark}=${mark}`]) {
        const headers = { authorization: `Bearer ${token}`, traceparent: mark, 'user-agent': mark };
        await rs.send({ path, headers });
      }
    },
    tracesOf: (tokens, text) => [
      ...[mark, encode(mark)].filter((each) => text.includes(each)),
      ...tokens.flatMap((token) => findTokenTraces(token, text)),
    ],
  };
}
