import { describe, expect, it } from 'vitest';
import { metadataUrls, parseIssuer, readMetadata } from './issuer-url.js';

const ISSUER = 'https://auth.example.com/tenant';
const OAUTH = 'https://auth.example.com/.well-known/oauth-authorization-server/tenant';
const OPENID = 'https://auth.example.com/tenant/.well-known/openid-configuration';

describe('parseIssuer', () => {
  it.each([
    'https://auth.example.com',
    'https://auth.example.com/',
    ISSUER,
    'http://localhost:4000',
    'http://auth.example.com',
  ])('parses %j', (issuer) => {
    expect(parseIssuer(issuer)?.href).toBe(new URL(issuer).href);
  });

  it.each([
    undefined,
    42,
    'auth.example.com',
    'ftp://auth.example.com',
    'https://auth.example.com?',
    'https://auth.example.com?a=b',
    'https://auth.example.com#',
    'https://user@auth.example.com',
    'https://:password@auth.example.com',
    ' https://auth.example.com',
    'https://auth.example.com\n',
    'https://auth.example.com/a b',
    ['https://auth.example.com'],
  ])('returns undefined for %j', (issuer) => {
    expect(parseIssuer(issuer)).toBeUndefined();
  });
});

describe('metadataUrls', () => {
  it.each([
    [ISSUER, [OAUTH, OPENID]],
    [`${ISSUER}/`, [OAUTH, OPENID]],
    [
      'https://auth.example.com/',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server',
        'https://auth.example.com/.well-known/openid-configuration',
      ],
    ],
  ])('of %s lists the URL of RFC 8414, then that of OpenID Connect', (issuer, urls) => {
    expect(metadataUrls(new URL(issuer)).map(({ href }) => href)).toEqual(urls);
  });
});

describe('readMetadata', () => {
  const failure = (reason: string): Error => Object.assign(new Error(reason), { reason });

  async function readWith(error?: unknown): Promise<[outcome: unknown, asked: string[]]> {
    const asked: string[] = [];
    const outcome = await readMetadata(new URL(ISSUER), ({ href }) => {
      asked.push(href);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return error === undefined || href === OPENID ? Promise.resolve(href) : Promise.reject(error);
    }).catch((thrown: unknown) => thrown);
    return [outcome, asked];
  }

  it('reads the first URL', async () => {
    expect(await readWith()).toEqual([OAUTH, [OAUTH]]);
  });

  it.each(['status', 'redirect', 'media_type', 'json'])(
    'reads the second URL after the reason %s',
    async (reason) => {
      expect(await readWith(failure(reason))).toEqual([OPENID, [OAUTH, OPENID]]);
    },
  );

  it.each([
    failure('network'),
    failure('timeout'),
    failure('issuer'),
    new Error('status'),
    'status',
  ])('passes on %o without asking again', async (error) => {
    expect(await readWith(error)).toEqual([error, [OAUTH]]);
  });

  it('passes on the error of the second URL', async () => {
    const errors = [failure('status'), failure('json')];
    const outcome = readMetadata(new URL(ISSUER), () =>
      Promise.reject(errors.shift() ?? failure('')),
    );
    await expect(outcome).rejects.toMatchObject({ reason: 'json' });
  });
});
