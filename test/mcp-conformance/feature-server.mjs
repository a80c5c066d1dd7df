/**
 * An MCP server with the tools, prompts and resources that the scenarios of the suite use.
 */
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import {
  completable,
  createMcpHandler,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { createResourceServer } from '@scopegate/express';
import express from 'express';
import { z } from 'zod';

/** One pixel, as a PNG. */
const IMAGE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** No samples, as a WAV. */
const AUDIO = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const SCOPE = 'mcp:use';

/**
 * Creates the server.
 *
 * @param {{ issuer: string, audience: string } | undefined} trust - Guards the server; omit it for a
 *   server without a guard.
 */
export function createFeatureServer(trust) {
  const handle = toNodeHandler(createMcpHandler(createFeatures));
  const app = express();
  app.use(
    hostHeaderValidation(['127.0.0.1', 'localhost']),
    originValidation(['127.0.0.1', 'localhost']),
  );
  const api = trust && createResourceServer({ ...trust, scopes: [SCOPE] });
  if (api !== undefined) app.use(api.metadata(), api.requireScope(SCOPE));
  app.all('/mcp', (req, res) => void handle(req, res));
  return { app, close: () => api?.close() };
}

function createFeatures() {
  const server = new McpServer({ name: 'features', version: '1.0.0' });
  registerTools(server);
  registerPrompts(server);
  registerResources(server);
  return server;
}

function registerTools(server) {
  const respond = (...content) => ({ content });
  const text = { type: 'text', text: 'This is a simple text response for testing.' };
  const image = { type: 'image', data: IMAGE, mimeType: 'image/png' };
  const audio = { type: 'audio', data: AUDIO, mimeType: 'audio/wav' };
  const resource = (uri, content) => ({ type: 'resource', resource: { uri, ...content } });
  const embedded = resource('test://embedded-resource', {
    mimeType: 'text/plain',
    text: 'This is an embedded resource content.',
  });
  const mixed = resource('test://mixed-content-resource', {
    mimeType: 'application/json',
    text: '{"test":"data","value":123}',
  });
  const tools = {
    test_simple_text: () => respond(text),
    test_image_content: () => respond(image),
    test_audio_content: () => respond(audio),
    test_embedded_resource: () => respond(embedded),
    test_multiple_content_types: () =>
      respond({ type: 'text', text: 'Multiple content types test:' }, image, mixed),
    test_error_handling: () => {
      throw new Error('This tool intentionally returns an error for testing');
    },
    async test_tool_with_progress({ mcpReq }) {
      const progressToken = mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken === undefined) break;
        const params = { progressToken, progress, total: 100 };
        await mcpReq.notify({ method: 'notifications/progress', params });
      }
      return respond(text);
    },
  };
  for (const [name, run] of Object.entries(tools)) {
    server.registerTool(name, { description: name }, run);
  }
}

function registerPrompts(server) {
  const respond = (...contents) => ({
    messages: contents.map((content) => ({ role: 'user', content })),
  });
  const text = (value) => ({ type: 'text', text: value });
  const prompts = {
    test_simple_prompt: [undefined, () => respond(text('This is a simple prompt for testing.'))],
    test_prompt_with_arguments: [
      z.object({ arg1: completable(z.string(), () => ['paris', 'park']), arg2: z.string() }),
      ({ arg1, arg2 }) => respond(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
    ],
    test_prompt_with_embedded_resource: [
      z.object({ resourceUri: z.string() }),
      ({ resourceUri: uri }) =>
        respond(
          { type: 'resource', resource: { uri, mimeType: 'text/plain', text: 'Embedded.' } },
          text('Please process the embedded resource above.'),
        ),
    ],
    test_prompt_with_image: [
      undefined,
      () =>
        respond(
          { type: 'image', data: IMAGE, mimeType: 'image/png' },
          text('Please analyze the image above.'),
        ),
    ],
  };
  for (const [name, [argsSchema, run]] of Object.entries(prompts)) {
    server.registerPrompt(name, { description: name, argsSchema }, run);
  }
}

function registerResources(server) {
  const resources = {
    'test://static-text': { mimeType: 'text/plain', text: 'This is a static text resource.' },
    'test://static-binary': { mimeType: 'image/png', blob: IMAGE },
  };
  for (const [uri, content] of Object.entries(resources)) {
    const { mimeType } = content;
    server.registerResource(uri, uri, { mimeType, description: uri }, () => ({
      contents: [{ uri, ...content }],
    }));
  }
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  const mimeType = 'application/json';
  server.registerResource('template', template, { mimeType }, (uri, { id }) => ({
    contents: [{ uri: uri.href, mimeType, text: JSON.stringify({ id, data: `Data for ${id}` }) }],
  }));
}
