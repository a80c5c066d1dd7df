/**
 * Scenes with the client of a person.
 *
 * @module
 */
import { UnauthorizedError } from '@modelcontextprotocol/client';
import { answered, forbidden, ISSUER_METADATA, unauthorized } from './expected-traffic.js';
import type { Scene } from './scene.js';

/** Creates scenes with discovery, least scope, step-up and renewal. */
export function createPersonScenes(): readonly Scene[] {
  return [discovery, leastScope, stepUp, noToken, renewal];
}

const discovery: Scene = {
  title: 'the 401 leads a client that knows only the URL to the authorization server',
  traffic: [
    ...unauthorized('server/discover'),
    'GET /.well-known/oauth-protected-resource/mcp → 200 application/json',
    ISSUER_METADATA,
  ],
  outcome: 'ann must log in at <issuer>, which grants notes:read notes:write',
  async run({ ann }) {
    try {
      await ann.connect();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      const { authorizationServerUrl, resourceMetadata } = ann.discovered() ?? {};
      const scopes = resourceMetadata?.scopes_supported ?? [];
      return `ann must log in at ${authorizationServerUrl}, which grants ${scopes.join(' ')}`;
    }
    return 'connected';
  },
};

const leastScope: Scene = {
  title: 'the client requests only the scope that the 401 names',
  traffic: [
    'authorization of ann scope="notes:read offline_access"',
    'token by authorization_code',
    answered('server/discover'),
    answered('tools/call list-notes'),
  ],
  outcome: 'the token has notes:read',
  async run({ ann }) {
    await ann.logIn();
    await ann.connect();
    await ann.callTool('list-notes');
    return `the token has ${ann.tokens()?.scope}`;
  },
};

const stepUp: Scene = {
  title: 'a tool requires more scope: 403, ann grants it, and the call is repeated',
  traffic: [
    ...forbidden('tools/call add-note', 'notes:write'),
    'authorization of ann scope="notes:read notes:write offline_access"',
    'token by authorization_code',
    answered('tools/call add-note'),
  ],
  outcome: 'added for ann; the token has notes:read notes:write',
  async run({ ann }) {
    const result = await ann.callTool('add-note', { text: 'buy milk' });
    return `${result}; the token has ${ann.tokens()?.scope}`;
  },
};

const noToken: Scene = {
  title: 'tools receive the subject and the scopes of the caller, but never the token',
  traffic: [answered('tools/call describe-caller')],
  outcome: 'tools know ann, and the token is nowhere',
  async run({ ann }) {
    const text = await ann.callTool('describe-caller');
    const token = ann.tokens()?.access_token ?? '';
    const isHidden = token !== '' && !text.includes(token) && !/authorization|bearer/i.test(text);
    const known = text.includes('"subject":"ann"') ? 'ann' : 'no one';
    return `tools know ${known}, and the token is ${isHidden ? 'nowhere' : 'visible'}`;
  },
};

const renewal: Scene = {
  title: 'an expired token is renewed without ann, by the refresh token',
  traffic: [
    ...unauthorized('tools/call list-notes', 'the access token has expired'),
    'token by refresh_token',
    answered('tools/call list-notes'),
  ],
  outcome: 'ann: buy milk',
  run(servers) {
    servers.skip(400);
    return servers.ann.callTool('list-notes');
  },
};
