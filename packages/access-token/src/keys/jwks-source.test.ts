import { describe, expect, it } from 'vitest';
import { JwksSource, type JwksSourceOptions } from './jwks-source.js';

const ISSUER = 'https://as.example';
const JWKS_URI = 'https://as.example/jwks';
const METADATA_URI = 'https://as.example/.well-known/oauth-authorization-server';
const OPENID_URI = 'https://as.example/.well-known/openid-configuration';
const JWKS = { keys: [] };
const NOW = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

interface Asked {
  readonly url: string;
  readonly headers: Headers;
}

type Answers = Record<string, () => Response>;

function json(document: unknown, headers: Record<string, string> = {}): () => Response {
  return () => Response.json(document, { headers });
}

const metadata = json({ issuer: ISSUER, jwks_uri: JWKS_URI }, { 'cache-control': 'max-age=600' });

/** A source whose issuer responds by URL, and the requests that the issuer received. */
function createSource(
  answers: Answers,
  changes: Partial<JwksSourceOptions> = {},
): { source: JwksSource; asked: Asked[] } {
  const asked: Asked[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const address = new Request(url).url;
    asked.push({ url: address, headers: new Headers(init?.headers) });
    const answer = answers[address];
    return Promise.resolve(answer?.() ?? new Response(null, { status: 404 }));
  };
  const source = new JwksSource({
    issuer: ISSUER,
    jwksUri: new URL(JWKS_URI),
    fetch,
    timeoutMs: 1_000,
    allowHttp: false,
    clampLifetimeMs: (lifetimeMs) => lifetimeMs ?? MINUTE,
    ...changes,
  });
  return { source, asked };
}

const { signal } = new AbortController();
const addresses = (asked: readonly Asked[]): string[] => asked.map(({ url }) => url);

describe('JwksSource › jwksUri', () => {
  it('returns the document and its freshness', async () => {
    const headers = { 'cache-control': 'max-age=300, must-revalidate' };
    const { source, asked } = createSource({ [JWKS_URI]: json(JWKS, headers) });
    expect(await source.fetch(NOW, undefined, signal)).toEqual({
      url: new URL(JWKS_URI),
      changed: { jwks: JWKS, version: undefined },
      lifetimeMs: 300_000,
      unexpectedMediaTypes: [],
    });
    expect(addresses(asked)).toEqual([JWKS_URI]);
    expect(asked[0]?.headers.get('accept')).toBe('application/json, application/jwk-set+json');
    expect(asked[0]?.headers.has('if-none-match')).toBe(false);
  });

  it.each(['"1"', 'W/"1"', '"a,b"'])(
    'gives the version that the entity-tag names: %s',
    async (etag) => {
      const { source } = createSource({ [JWKS_URI]: json(JWKS, { etag }) });
      const { changed } = await source.fetch(NOW, undefined, signal);
      expect(changed?.version).toEqual({ url: JWKS_URI, etag });
    },
  );

  it.each(['"a b"', '"\u00e9"', ''])(
    'gives no version for an entity-tag that cannot be sent back: %j',
    async (etag) => {
      const { source } = createSource({ [JWKS_URI]: json(JWKS, { etag }) });
      const { changed } = await source.fetch(NOW, undefined, signal);
      expect(changed).toEqual({ jwks: JWKS, version: undefined });
    },
  );

  it('sends a conditional request for the current version', async () => {
    const headers = { 'cache-control': 'max-age=60' };
    const notModified = (): Response => new Response(null, { status: 304, headers });
    const { source, asked } = createSource({ [JWKS_URI]: notModified });
    expect(await source.fetch(NOW, { url: JWKS_URI, etag: '"1"' }, signal)).toEqual({
      url: new URL(JWKS_URI),
      changed: undefined,
      lifetimeMs: 60_000,
      unexpectedMediaTypes: [],
    });
    expect(asked[0]?.headers.get('if-none-match')).toBe('"1"');
  });

  it('sends no entity tag of another URL', async () => {
    const { source, asked } = createSource({ [JWKS_URI]: json(JWKS) });
    await source.fetch(NOW, { url: 'https://as.example/old', etag: '"1"' }, signal);
    expect(asked[0]?.headers.has('if-none-match')).toBe(false);
  });

  it('accepts application/jwk-set+json', async () => {
    const { source } = createSource({
      [JWKS_URI]: json(JWKS, { 'content-type': 'application/jwk-set+json' }),
    });
    expect((await source.fetch(NOW, undefined, signal)).changed?.jwks).toEqual(JWKS);
  });

  it.each([
    [512 * 1024, true],
    [512 * 1024 + 1, false],
  ])('may answer %d octets: %s', async (octets, isTaken) => {
    const body = JSON.stringify(JWKS).padEnd(octets, ' ');
    const headers = { 'content-type': 'application/json' };
    const { source } = createSource({ [JWKS_URI]: () => new Response(body, { headers }) });
    const fetching = source.fetch(NOW, undefined, signal);
    if (isTaken) await expect(fetching).resolves.toMatchObject({ changed: { jwks: JWKS } });
    else await expect(fetching).rejects.toMatchObject({ reason: 'too_large' });
  });
});

describe('JwksSource › media types', () => {
  const plain = { 'content-type': 'text/plain' };

  it('lists the documents that are JSON with another media type', async () => {
    const document = { issuer: ISSUER, jwks_uri: JWKS_URI };
    const answers = { [METADATA_URI]: json(document, plain), [JWKS_URI]: json(JWKS, plain) };
    const { source } = createSource(answers, { jwksUri: undefined });
    const { changed, unexpectedMediaTypes } = await source.fetch(NOW, undefined, signal);
    expect(changed?.jwks).toEqual(JWKS);
    expect(unexpectedMediaTypes.map(({ href }) => href)).toEqual([METADATA_URI, JWKS_URI]);
    const again = await source.fetch(NOW, undefined, signal);
    expect(again.unexpectedMediaTypes.map(({ href }) => href)).toEqual([JWKS_URI]);
  });

  it('does not list responses without a document', async () => {
    const notModified = (): Response => new Response(null, { status: 304, headers: plain });
    const { source } = createSource({ [JWKS_URI]: notModified });
    const version = { url: JWKS_URI, etag: '"1"' };
    expect((await source.fetch(NOW, version, signal)).unexpectedMediaTypes).toEqual([]);
  });
});

describe('JwksSource › discovery', () => {
  const discover = { jwksUri: undefined };

  it('comes first, once while the metadata is fresh', async () => {
    const answers = { [METADATA_URI]: metadata, [JWKS_URI]: json(JWKS) };
    const { source, asked } = createSource(answers, discover);
    for (const minutes of [0, 1, 9]) await source.fetch(NOW + minutes * MINUTE, undefined, signal);
    expect(addresses(asked)).toEqual([METADATA_URI, JWKS_URI, JWKS_URI, JWKS_URI]);
    await source.fetch(NOW + 10 * MINUTE, undefined, signal);
    expect(addresses(asked).slice(4)).toEqual([METADATA_URI, JWKS_URI]);
  });

  it('limits the lifetime of the metadata', async () => {
    const answers = { [METADATA_URI]: metadata, [JWKS_URI]: json(JWKS) };
    const changes = { ...discover, clampLifetimeMs: () => MINUTE };
    const { source, asked } = createSource(answers, changes);
    for (const minutes of [0, 1]) await source.fetch(NOW + minutes * MINUTE, undefined, signal);
    expect(addresses(asked)).toEqual([METADATA_URI, JWKS_URI, METADATA_URI, JWKS_URI]);
  });

  it('asks for application/json', async () => {
    const { source, asked } = createSource({ [METADATA_URI]: metadata }, discover);
    await expect(source.fetch(NOW, undefined, signal)).rejects.toThrow();
    expect(asked[0]?.headers.get('accept')).toBe('application/json');
  });

  it('is repeated when the keys have moved', async () => {
    const answers: Answers = { [METADATA_URI]: metadata };
    const { source, asked } = createSource(answers, discover);
    await expect(source.fetch(NOW, undefined, signal)).rejects.toMatchObject({ reason: 'status' });
    const moved = 'https://as.example/moved';
    answers[METADATA_URI] = json({ issuer: ISSUER, jwks_uri: moved });
    answers[moved] = json(JWKS);
    expect((await source.fetch(NOW, undefined, signal)).changed?.jwks).toEqual(JWKS);
    expect(addresses(asked)).toEqual([METADATA_URI, JWKS_URI, METADATA_URI, moved]);
  });

  it('fails when it finds nothing, without a request for keys', async () => {
    const { source, asked } = createSource({ [JWKS_URI]: json(JWKS) }, discover);
    await expect(source.fetch(NOW, undefined, signal)).rejects.toMatchObject({ reason: 'status' });
    expect(addresses(asked)).toEqual([METADATA_URI, OPENID_URI]);
  });

  it('is aborted by the signal, at the first location or the second', async () => {
    const { source, asked } = createSource({ [METADATA_URI]: metadata }, discover);
    const ended = source.fetch(NOW, undefined, AbortSignal.abort());
    await expect(ended).rejects.toMatchObject({ reason: 'aborted' });
    expect(asked).toEqual([]);
  });
});
