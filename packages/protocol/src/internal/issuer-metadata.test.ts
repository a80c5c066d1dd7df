import { describe, expect, it } from 'vitest';
import { ExchangeError, type ExchangeReason } from './exchange-error.js';
import { type MetadataPlace, metadataUrl, parseIssuer, readMetadata } from './issuer-metadata.js';

async function placesAsked(error: Error): Promise<readonly MetadataPlace[]> {
  const places: MetadataPlace[] = [];
  await readMetadata((place) => {
    places.push(place);
    return places.length === 1 ? Promise.reject(error) : Promise.resolve('document');
  }).catch(() => undefined);
  return places;
}

describe('readMetadata', () => {
  it('reads only the first location when that has a document', async () => {
    expect(await readMetadata((place) => Promise.resolve(place))).toBe('oauth2');
  });

  it.each<[ExchangeReason, number]>([
    ['status', 2],
    ['redirect', 2],
    ['media_type', 2],
    ['json', 2],
    ['network', 1],
    ['timeout', 1],
    ['too_large', 1],
  ])('after the reason "%s" it has asked %d places', async (reason, count) => {
    const error = new ExchangeError(reason, 'failed');
    expect(await placesAsked(error)).toEqual(['oauth2', 'oidc'].slice(0, count));
  });

  it.each([new Error('status'), Object.assign(new Error('other'), { reason: 'issuer' })])(
    'does not try the second location after any other error: %s',
    async (error) => {
      expect(await placesAsked(error)).toEqual(['oauth2']);
    },
  );

  it('throws the error of the second location', async () => {
    const error = new ExchangeError('network', 'failed');
    const reading = readMetadata((place) =>
      Promise.reject(place === 'oidc' ? error : new ExchangeError('status', 'failed')),
    );
    await expect(reading).rejects.toBe(error);
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
    '',
    undefined,
    5,
    new URL('https://as.example'),
  ])('returns undefined for anything else: %j', (value) => {
    expect(parseIssuer(value)).toBeUndefined();
  });
});
