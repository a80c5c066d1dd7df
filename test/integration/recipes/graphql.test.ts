import { createServer } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openServer } from '../../support/listen.js';
import { openApi } from '../../support/test-issuers.js';
import { createApp, pubSub } from './graphql-server.js';
import { openRecipeFixture, type RecipeFixture } from './recipe-fixture.js';

let fixture: RecipeFixture;
let url: string;

beforeEach(async () => {
  fixture = await openRecipeFixture();
  const server = createServer(createApp(openApi(fixture.issuer.options())));
  url = `${(await openServer(server)).origin}/graphql`;
});

function send(query: string, authorization: string | undefined, accept = 'application/json') {
  return fetch(url, {
    method: 'POST',
    headers: {
      accept,
      'content-type': 'application/json',
      ...(authorization && { authorization }),
    },
    body: JSON.stringify({ query }),
  });
}

async function execute(query: string, authorization: string): Promise<unknown> {
  const response = await send(query, authorization);
  expect(response.status).toBe(200);
  return response.json();
}

describe('the GraphQL recipe', () => {
  it('answers a field for a valid token', async () => {
    const result = await execute('{ client }', fixture.permitted);
    expect(result).toEqual({ data: { client: 'reports' } });
    fixture.expectNoTokens(result);
  });

  it('refuses requests without a token, with an invalid token, or without the scope of the endpoint', async () => {
    const missing = await send('{ client }', undefined);
    expect(missing.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).toBe(
      'Bearer realm="https://api.example.com", scope="read:analytics"',
    );
    for (const authorization of fixture.invalid) {
      const { status, headers } = await send('{ client }', authorization);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    expect((await send('{ client }', fixture.narrow)).status).toBe(403);
    fixture.expectNoTokens();
  });

  it('refuses a field whose scope the token lacks with a GraphQL error', async () => {
    const result = await execute('mutation { publish(row: 1) }', fixture.permitted);
    expect(result).toEqual({
      data: { publish: null },
      errors: [
        {
          message: 'the access token lacks scope for this resource',
          path: ['publish'],
          locations: [{ line: 1, column: 12 }],
          extensions: { code: 'INSUFFICIENT_SCOPE', scope: 'read:analytics write:analytics' },
        },
      ],
    });
    fixture.expectNoTokens(result);
  });

  it('executes a mutation with its scope', async () => {
    const result = await execute('mutation { publish(row: 1) }', fixture.writing);
    expect(result).toEqual({ data: { publish: true } });
  });

  it('responds 503 while the keys are unavailable', async () => {
    fixture.issuer.fault('jwks', { kind: 'status', status: 503, times: 9 });
    const { status, headers } = await send('{ client }', fixture.permitted);
    expect(status).toBe(503);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('ends a subscription when its token expires', async () => {
    const response = await send('subscription { rows }', fixture.permitted, 'text/event-stream');
    const events = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    onTestFinished(() => void events?.cancel());
    let text = '';
    while (!text.includes('"rows":7')) {
      pubSub.publish('rows', 7); // the first may precede the subscription
      text += (await events?.read())?.value ?? '';
    }
    fixture.expire();
    while (!text.includes('event: complete')) text += (await events?.read())?.value ?? '';
    fixture.expectNoTokens(text);
  });
});
