import { describe, expect, it } from 'vitest';
import {
  findDecisiveError,
  listMetadataUrls,
  metadataUrl,
  parseIssuer,
  readMetadata,
} from './issuer-metadata.js';

class Failure extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

const ISSUER = new URL('https://as.example/t1');
const PLACES = [
  'https://as.example/.well-known/oauth-authorization-server/t1',
  'https://as.example/t1/.well-known/openid-configuration',
  'https://as.example/.well-known/openid-configuration/t1',
];

/** Reads metadata whose locations give these results, and records the URLs that were read. */
async function read(
  results: readonly unknown[],
): Promise<{ read: string[]; found: unknown; error: unknown }> {
  const urls: string[] = [];
  const [outcome] = await Promise.allSettled([
    readMetadata(ISSUER, {
      read: ({ href }) => {
        const result = results[urls.length];
        urls.push(href);
        return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
      },
      isFailure: (error) => error instanceof Failure,
      createError: (failures) => new AggregateError(failures),
    }),
  ]);
  return outcome.status === 'fulfilled'
    ? { read: urls, found: outcome.value, error: undefined }
    : { read: urls, found: undefined, error: outcome.reason };
}

describe('readMetadata', () => {
  it('reads only the first location when that has a usable document', async () => {
    expect(await read(['document'])).toEqual({ read: PLACES.slice(0, 1), found: 'document' });
  });

  it.each(['status', 'redirect', 'media_type', 'json', 'too_large', 'issuer', 'jwks_uri'])(
    'reads the next location after the reason "%s"',
    async (reason) => {
      const second = await read([new Failure(reason), 'document']);
      expect(second).toEqual({ read: PLACES.slice(0, 2), found: 'document' });
      const third = await read([new Failure(reason), new Failure(reason), 'document']);
      expect(third).toEqual({ read: PLACES, found: 'document' });
    },
  );

  it.each(['network', 'timeout', 'aborted', 'closed'])(
    'does not read the next location in an outage: "%s"',
    async (reason) => {
      const error = new Failure(reason);
      expect(await read([error])).toEqual({ read: PLACES.slice(0, 1), error });
      const status = new Failure('status');
      const later = await read([status, error]);
      expect(later.read).toEqual(PLACES.slice(0, 2));
      expect(later.error).toMatchObject({ errors: [error, status] });
    },
  );

  it('passes the failure of each location to createError, the latest first', async () => {
    const failures = ['status', 'issuer', 'json'].map((reason) => new Failure(reason));
    const { read: urls, error } = await read(failures);
    expect(urls).toEqual(PLACES);
    expect(error).toMatchObject({ errors: [...failures].reverse() });
  });

  it('ends with an error that is not about the location', async () => {
    const error = new RangeError('status');
    expect(await read([error])).toEqual({ read: PLACES.slice(0, 1), error });
  });
});

describe('findDecisiveError', () => {
  it.each([
    [['network', 'status'], 'network'],
    [['timeout', 'issuer'], 'timeout'],
    [['status', 'issuer', 'media_type'], 'issuer'],
    [['status', 'status', 'jwks_uri'], 'jwks_uri'],
    [['media_type', 'status', 'issuer'], 'issuer'],
    [['issuer', 'jwks_uri'], 'jwks_uri'],
    [['status', 'redirect', 'status'], 'redirect'],
    [['status', 'status'], 'status'],
  ])('prefers outages, then documents, then other responses: %j', (reasons, decisive) => {
    const [first = new Failure(''), ...others] = reasons.map((reason) => new Failure(reason));
    expect(findDecisiveError([first, ...others]).reason).toBe(decisive);
  });

  it('prefers the latest response', () => {
    const [latest, earlier] = [new Failure('status'), new Failure('status')];
    expect(findDecisiveError([latest, earlier])).toBe(latest);
  });
});

describe('listMetadataUrls', () => {
  it.each([
    ['https://as.example/t1', PLACES],
    ['https://as.example/t1/', PLACES],
    ['https://as.example', PLACES.slice(0, 2).map((url) => url.replace('/t1', ''))],
    ['https://as.example/', PLACES.slice(0, 2).map((url) => url.replace('/t1', ''))],
  ])('has a third URL for an issuer with a path: %s', (issuer, urls) => {
    expect(listMetadataUrls(new URL(issuer)).map(({ href }) => href)).toEqual(urls);
  });
});

describe('metadataUrl', () => {
  it.each([
    ['https://as.example', ''],
    ['https://as.example/', ''],
    ['https://as.example:8443', ''],
    ['https://as.example/t1', '/t1'],
    ['https://as.example/t1/', '/t1'],
    ['https://as.example//t1', '//t1'],
    ['https://as.example/a%2Fb', '/a%2Fb'],
  ])('puts the well-known part before or after the path: %s', (issuer, path) => {
    const url = new URL(issuer);
    expect([metadataUrl(url, 'oauth2').href, metadataUrl(url, 'oidc').href]).toEqual([
      `${url.origin}/.well-known/oauth-authorization-server${path}`,
      `${url.origin}${path}/.well-known/openid-configuration`,
    ]);
  });
});

describe('parseIssuer', () => {
  it('parses a URL', () => {
    expect(parseIssuer('https://as.example/t1')?.href).toBe('https://as.example/t1');
  });

  it.each([
    'https://as.example?x',
    'https://as.example#x',
    'https://as.example?',
    ' https://as.example',
    'https://as.example\n',
    'as.example',
    'as.example:8443',
    'https:as.example',
    '',
    undefined,
    5,
    new URL('https://as.example'),
  ])('returns undefined for anything else: %j', (value) => {
    expect(parseIssuer(value)).toBeUndefined();
  });
});
