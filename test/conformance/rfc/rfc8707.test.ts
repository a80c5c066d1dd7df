/**
 * Identifiers of resources. RFC 8707.
 *
 * @module
 */
import { createResourceServer } from '@scopegate/express';
import { createTestIssuer } from '@scopegate/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { openFixture } from '../support/fixture.js';
import { verifies } from '../support/verifies.js';

const issuer = 'https://as.example';

describe('resource identifier', () => {
  const refused = [
    'rs.example',
    '/api',
    '//rs.example',
    'https://rs.example#x',
    'https://rs.example/api#',
    'http://rs.example',
    'ftp://rs.example',
    'https:rs.example',
    'https:/rs.example',
    ' https://rs.example',
    'https://rs.example\n',
    'https://rs.example/a b',
    'https://rs.example/\u00e9',
    'https:\\\\rs.example',
    '',
  ];
  for (const resource of refused) {
    verifies('rfc8707#2/resource-is-absolute-uri', `rejects ${JSON.stringify(resource)}`, () => {
      expect(() => createResourceServer({ issuer, audience: 'api', resource })).toThrow(TypeError);
    });
  }

  const accepted = [
    'https://rs.example',
    'https://rs.example/api',
    'https://rs.example:8443/api/',
    'https://rs.example/api?tenant=1',
    'http://127.0.0.1:3000/api',
    'http://localhost:3000',
  ];
  for (const resource of accepted) {
    verifies('rfc8707#2/resource-is-absolute-uri', `accepts ${resource}`, () => {
      expect(() => createResourceServer({ issuer, audience: 'api', resource })).not.toThrow();
    });
  }
});

forEachFront((front) => {
  describe('audiences of tenants', () => {
    const audiences: readonly (readonly [audience: string, one: string, two: string])[] = [
      ['https://rs.example/t1', '200', '401-it'],
      ['https://rs.example/t2', '401-it', '200'],
      ['https://rs.example', '401-it', '401-it'],
      ['https://rs.example/', '401-it', '401-it'],
      ['https://rs.example/t', '401-it', '401-it'],
      ['https://rs.example/t1/', '401-it', '401-it'],
      ['https://rs.example/t1/t2', '401-it', '401-it'],
      ['https://rs.example/t11', '401-it', '401-it'],
      ['https://rs.example/T1', '401-it', '401-it'],
      ['https://rs.example/%74%31', '401-it', '401-it'],
      ['https://rs.example/*', '401-it', '401-it'],
      ['https://rs.example:443/t1', '401-it', '401-it'],
    ];
    verifies('rfc8707#3/tenant-audience-compared-whole', 'are compared whole', async () => {
      const shared = await createTestIssuer({ alg: 'ES256' });
      onTestFinished(() => shared.close());
      const [one, two] = await Promise.all(
        ['https://rs.example/t1', 'https://rs.example/t2'].map((audience) =>
          openFixture(front, { server: () => shared.options({ audience }) }),
        ),
      );
      for (const [audience, ...outcomes] of audiences) {
        const token = await shared.mint({ audience, scope: 'read' });
        expect([await one?.present(token), await two?.present(token)], audience).toEqual(outcomes);
      }
    });
  });
});
