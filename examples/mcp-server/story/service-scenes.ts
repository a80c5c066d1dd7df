/**
 * Scenes with the client of a service.
 *
 * @module
 */
import { ProtocolError } from '@modelcontextprotocol/client';
import { answered, ISSUER_METADATA } from './expected-traffic.js';
import type { Scene } from './scene.js';

/** Creates scenes with implied scopes and with lists of tools. */
export function createServiceScenes(): readonly Scene[] {
  return [impliedScope, toolList, hiddenTool];
}

const impliedScope: Scene = {
  title: 'a service requests only notes:write, which implies the notes:read of the guard',
  traffic: [
    ISSUER_METADATA,
    'token by client_credentials',
    answered('server/discover'),
    answered('tools/call list-notes'),
  ],
  outcome: 'ann: buy milk',
  async run({ cleanup }) {
    await cleanup.connect();
    return cleanup.callTool('list-notes');
  },
};

const toolList: Scene = {
  title: 'each caller is shown its own tools: only services may erase',
  traffic: [answered('tools/list'), answered('tools/list')],
  outcome:
    'ann: list-notes add-note describe-caller; service: list-notes add-note describe-caller erase-notes',
  async run({ ann, cleanup }) {
    const [forAnn, forService] = [await ann.listTools(), await cleanup.listTools()];
    return `ann: ${forAnn.join(' ')}; service: ${forService.join(' ')}`;
  },
};

const hiddenTool: Scene = {
  title: 'a tool that is not listed cannot be called',
  traffic: [answered('tools/call erase-notes'), answered('tools/call list-notes')],
  outcome: 'Tool erase-notes not found; ann: buy milk',
  async run({ ann }) {
    try {
      return await ann.callTool('erase-notes');
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return `${error.message}; ${await ann.callTool('list-notes')}`;
    }
  },
};
