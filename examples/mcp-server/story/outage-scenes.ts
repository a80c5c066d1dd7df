/**
 * Scenes in which the authorization server is down.
 *
 * @module
 */
import { SdkHttpError } from '@modelcontextprotocol/client';
import { answered, ISSUER_METADATA, unavailable } from './expected-traffic.js';
import type { Scene } from './scene.js';

/** Creates scenes with an outage, a restart during the outage, and the end of the outage. */
export function createOutageScenes(): readonly Scene[] {
  return [outage, restart, recovery];
}

const CALL = 'tools/call list-notes';

const outage: Scene = {
  title: 'the authorization server is down: tokens are still verified, with cached keys',
  traffic: [answered(CALL), answered(CALL)],
  outcome: 'ann: buy milk; service: the same',
  async run({ ann, cleanup, issuer }) {
    issuer.stop();
    const [forAnn, forService] = [
      await ann.callTool('list-notes'),
      await cleanup.callTool('list-notes'),
    ];
    return `${forAnn}; service: ${forService === forAnn ? 'the same' : forService}`;
  },
};

const restart: Scene = {
  title: 'the MCP server restarts and gets no keys: 503, and no client discards its token',
  traffic: [...unavailable(CALL), ...unavailable(CALL)],
  outcome: 'ann: 503; service: 503; ann keeps her tokens',
  async run({ ann, cleanup, notes }) {
    notes.restart();
    const before = ann.tokens();
    const forAnn = await readStatus(ann.callTool('list-notes'));
    const forService = await readStatus(cleanup.callTool('list-notes'));
    const keeps = before !== undefined && ann.tokens() === before ? 'keeps' : 'has lost';
    return `ann: ${forAnn}; service: ${forService}; ann ${keeps} her tokens`;
  },
};

const recovery: Scene = {
  title: 'after Retry-After both call again, with the tokens that they have',
  traffic: [
    answered(CALL),
    ISSUER_METADATA,
    'GET /jwks → 200 application/jwk-set+json',
    answered('tools/call erase-notes'),
  ],
  outcome: 'ann: buy milk; service: erased 1',
  async run(servers) {
    const { ann, cleanup, issuer } = servers;
    issuer.start();
    servers.skip(1);
    const forAnn = await ann.callTool('list-notes');
    return `${forAnn}; service: ${await cleanup.callTool('erase-notes')}`;
  },
};

async function readStatus(call: Promise<string>): Promise<number | string | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof SdkHttpError) return error.status;
    throw error;
  }
}
