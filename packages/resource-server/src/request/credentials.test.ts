import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { InvalidRequestError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import {
  type CredentialLocation,
  findInHeader,
  findInLocations,
  type FoundToken,
} from './credentials.js';
import { nodeRequestAdapter } from './node-request.js';

interface Parts {
  readonly method?: string;
  readonly url?: string;
  /** One entry per header line. */
  readonly authorization?: readonly string[];
  readonly contentType?: string;
  /** As a body parser leaves it. */
  readonly body?: unknown;
}

function requestOf({ method = 'GET', url = '/', ...parts }: Parts): IncomingMessage {
  const req = Object.assign(new IncomingMessage(new Socket()), { method, url, body: parts.body });
  const [first] = parts.authorization ?? [];
  if (first !== undefined) req.headers.authorization = first;
  for (const line of parts.authorization ?? []) req.rawHeaders.push('AuthoriZation', line);
  if (parts.contentType !== undefined) req.headers['content-type'] = parts.contentType;
  req.rawHeaders.push('Accept', '*/*');
  return req;
}

const FORM = 'application/x-www-form-urlencoded';
const everywhere: readonly CredentialLocation[] = ['header', 'body', 'query'];

/** Finds the token and its location. */
function find(
  req: IncomingMessage,
  locations: readonly CredentialLocation[],
): FoundToken | undefined {
  return findInLocations(req, nodeRequestAdapter, new Set(locations));
}

const findHeaderToken = (req: IncomingMessage): string | undefined =>
  findInHeader(req, nodeRequestAdapter);

describe('findInHeader', () => {
  it('finds the token of a request without rawHeaders', () => {
    const headers = { authorization: 'Bearer T' };
    const mock = { method: 'GET', url: '/', headers } as unknown as IncomingMessage;
    expect(findHeaderToken(mock)).toBe('T');
  });

  it.each<[string, Parts, string | undefined]>([
    ['finds the token in the header', { authorization: ['Bearer T'] }, 'T'],
    ['finds nothing without a header', {}, undefined],
    ['finds nothing in another scheme', { authorization: ['Basic eDp5'] }, undefined],
    ['ignores the query', { url: '/?access_token=T' }, undefined],
    [
      'ignores the body',
      { method: 'POST', contentType: FORM, body: { access_token: 'T' } },
      undefined,
    ],
    [
      'ignores other parameters of the query',
      { authorization: ['Bearer T'], url: '/?access_tokens=T&q=access_token&%61=1' },
      'T',
    ],
    [
      'ignores a token in the query next to another scheme',
      { authorization: ['Basic eDp5'], url: '/?access_token=T' },
      undefined,
    ],
  ])('%s', (_what, parts, token) => {
    expect(findHeaderToken(requestOf(parts))).toBe(token);
  });

  it.each<[string, Parts]>([
    ['two different headers', { authorization: ['Bearer T', 'Bearer U'] }],
    ['two equal headers', { authorization: ['Bearer T', 'Bearer T'] }],
    ['two headers of other schemes', { authorization: ['Basic eDp5', 'Negotiate x'] }],
  ])('refuses %s', (_what, parts) => {
    expect(() => findHeaderToken(requestOf(parts))).toThrow(
      new InvalidRequestError('repeated_authorization'),
    );
  });

  it.each([
    '/?access_token=T',
    '/?a=b&access_token=',
    '/?%61ccess_token=T',
    '/?access_token[]=T',
    '/?access_token%5B0%5D=T',
  ])('refuses another token in the query: %s', (url) => {
    expect(() => findHeaderToken(requestOf({ url, authorization: ['Bearer T'] }))).toThrow(
      new InvalidRequestError('several_locations'),
    );
  });
});

describe('findInLocations', () => {
  const form = { method: 'POST', contentType: FORM };

  it.each<[string, Parts, CredentialLocation]>([
    ['the header', { authorization: ['Bearer T'] }, 'header'],
    ['the query', { url: '/?a=b&access_token=T' }, 'query'],
    ['a percent-encoded query', { url: '/?%61ccess%5Ftoken=%54' }, 'query'],
    ['a form', { ...form, body: { access_token: 'T' } }, 'body'],
    ['a PUT form', { ...form, method: 'PUT', body: { access_token: 'T' } }, 'body'],
    ['a PATCH form', { ...form, method: 'PATCH', body: { access_token: 'T' } }, 'body'],
    [
      'a form whose type has parameters',
      {
        ...form,
        contentType: `${FORM.toUpperCase()} ; charset=utf-8`,
        body: { access_token: 'T' },
      },
      'body',
    ],
  ])('finds the token in %s', (_what, parts, location) => {
    // RFC 6750 §2.3: shared caches must not store the answer.
    expect(find(requestOf(parts), everywhere)).toEqual({ bearerToken: 'T', location });
  });

  it.each<[string, Parts]>([
    ['a request without credentials', {}],
    ['a GET form', { ...form, method: 'GET', body: { access_token: 'T' } }],
    ['a DELETE form', { ...form, method: 'DELETE', body: { access_token: 'T' } }],
    ['JSON', { ...form, contentType: 'application/json', body: { access_token: 'T' } }],
    [
      'a multipart form',
      { ...form, contentType: 'multipart/form-data', body: { access_token: 'T' } },
    ],
    ['a body without a Content-Type', { method: 'POST', body: { access_token: 'T' } }],
    ['an unparsed body', form],
    ['a body parsed to a string', { ...form, body: 'access_token=T' }],
    ['a body parsed as octets', { ...form, body: Buffer.from('access_token=T') }],
    ['a body parsed as a list', { ...form, body: ['access_token'] }],
    ['a form without the parameter', { ...form, body: { access_tokens: 'T' } }],
    ['an inherited member', { ...form, body: Object.create({ access_token: 'T' }) }],
  ])('finds nothing in %s', (_what, parts) => {
    expect(find(requestOf(parts), everywhere)).toBeUndefined();
  });

  it('looks in the given locations only', () => {
    const inBody = requestOf({ ...form, body: { access_token: 'T' } });
    const inQuery = requestOf({ url: '/?access_token=T' });
    expect(find(inBody, ['header', 'query'])).toBeUndefined();
    expect(find(inQuery, ['header', 'body'])).toBeUndefined();
  });

  it.each<[string, Parts]>([
    ['repeated in a form', { ...form, body: { access_token: ['T', 'T'] } }],
    ['an object in a form', { ...form, body: { access_token: { x: 'T' } } }],
    ['in brackets in a form', { ...form, body: { 'access_token[]': 'T' } }],
    [
      'given with and without brackets in a form',
      { ...form, body: { access_token: 'T', 'access_token[x]': 'U' } },
    ],
    ['empty in a form', { ...form, body: { access_token: '' } }],
    ['not a token in a form', { ...form, body: { access_token: 'T é' } }],
    ['repeated in the query', { url: '/?access_token=T&access_token=T' }],
    ['in brackets in the query', { url: '/?access_token[]=T' }],
    ['in encoded brackets in the query', { url: '/?access_token%5Bx%5D=T' }],
    ['empty in the query', { url: '/?access_token=' }],
    ['given without a value in the query', { url: '/?access_token' }],
    ['not a token in the query', { url: '/?access_token=a+b' }],
    ['badly encoded in the query', { url: '/?access_token=%E9' }],
  ])('refuses a parameter that is %s', (_what, parts) => {
    expect(() => find(requestOf(parts), everywhere)).toThrow(
      new InvalidRequestError('malformed_parameter'),
    );
  });

  const header = { authorization: ['Bearer T'] };

  it.each<[string, Parts, CredentialLocation[]]>([
    ['header and query', { ...header, url: '/?access_token=T' }, ['header', 'query']],
    [
      'header and a query that is not a location',
      { ...header, url: '/?access_token=T' },
      ['header', 'body'],
    ],
    ['header and form', { ...header, ...form, body: { access_token: 'T' } }, ['header', 'body']],
    [
      'form and query',
      { ...form, url: '/?access_token=T', body: { access_token: 'T' } },
      ['header', 'body', 'query'],
    ],
    [
      'form and a query that is not a location',
      { ...form, url: '/?access_token=T', body: { access_token: 'T' } },
      ['header', 'body'],
    ],
  ])('refuses a token in %s', (_what, parts, locations) => {
    expect(() => find(requestOf(parts), locations)).toThrow(
      new InvalidRequestError('several_locations'),
    );
  });

  it('refuses two headers', () => {
    const req = requestOf({ authorization: ['Bearer T', 'Bearer T'] });
    expect(() => find(req, everywhere)).toThrow(new InvalidRequestError('repeated_authorization'));
  });
});
