import { describe, expect, it } from 'vitest';
import {
  findBearerCredentials,
  findDpopCredentials,
  isBearerToken,
  parseAuthorization,
} from './authorization.js';
import { InvalidRequestError } from './bearer-errors.js';

const TOKEN = 'mF_9.B5f-4.1JqM';
const malformed = new InvalidRequestError('malformed_authorization');

function refusalOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe('isBearerToken', () => {
  it.each([TOKEN, 'a', '-._~+/', 'a=', 'a==', 'AZaz09'])('accepts %s', (credentials) => {
    expect(isBearerToken(credentials)).toBe(true);
  });

  it.each(['', '=', 'a=b', 'a b', 'a,b', 'a;', '"a"', 'a\n', 'a\t', 'é', 'a\\', 'a:b', 'a\0'])(
    'refuses %j',
    (credentials) => {
      expect(isBearerToken(credentials)).toBe(false);
    },
  );
});

describe('parseAuthorization', () => {
  it.each([
    ['Bearer', `Bearer ${TOKEN}`],
    ['lower case', `bearer ${TOKEN}`],
    ['upper case', `BEARER ${TOKEN}`],
    ['mixed case', `bEaReR ${TOKEN}`],
    ['several spaces', `Bearer   ${TOKEN}`],
    ['several spaces after lower case', `bearer   ${TOKEN}`],
  ])('reads the token behind the scheme: %s', (_case, authorization) => {
    expect(parseAuthorization(authorization)).toBe(TOKEN);
  });

  it.each([
    ['no field', undefined],
    ['an empty field', ''],
    ['Basic', 'Basic eDp5'],
    ['Basic without credentials', 'Basic'],
    ['DPoP', `DPoP ${TOKEN}`],
    ['Negotiate', 'Negotiate oYG1MIGyoAMKAQChCwYJKoZIgvcSAQICooGdBIGaYIGX'],
    ['a scheme that begins with Bearer', `BearerToken ${TOKEN}`],
    ['a scheme that is a prefix of Bearer', `Bear ${TOKEN}`],
    ['no space after Bearer', `Bearer${TOKEN}`],
    ['any token as a scheme', "!#$%&'*+-.^_`|~09AZaz x"],
  ])('finds no bearer credentials: %s', (_case, authorization) => {
    expect(parseAuthorization(authorization)).toBeUndefined();
  });

  it.each([
    ['Bearer alone', 'Bearer'],
    ['Bearer and a space', 'Bearer '],
    ['Bearer and spaces', 'bearer   '],
    ['a tab instead of the space', `Bearer\t${TOKEN}`],
    ['a tab after the space', `Bearer \t${TOKEN}`],
    ['a no-break space', `Bearer\u00a0${TOKEN}`],
    ['two words', 'Bearer a b'],
    ['a trailing space', `Bearer ${TOKEN} `],
    ['quotes', `Bearer "${TOKEN}"`],
    ['a comma after the scheme', `Bearer,${TOKEN}`],
    ['two credentials', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ['an auth-param', `Bearer token="${TOKEN}"`],
    ['a semicolon', `Bearer ${TOKEN};`],
    ['an octet outside US-ASCII', 'Bearer \u00e9'],
    ['a line feed', `Bearer ${TOKEN}\nx`],
    ['a leading space', ` Bearer ${TOKEN}`],
    ['a leading quote', `"Bearer" ${TOKEN}`],
    ['JSON', '{"access_token":1}'],
  ])('refuses a malformed field: %s', (_case, authorization) => {
    expect(refusalOf(() => parseAuthorization(authorization))).toEqual(malformed);
  });

  it('refuses with 400 invalid_request and does not quote the field', () => {
    const refusal = refusalOf(() => parseAuthorization('Bearer a"b'));
    expect(refusal).toBeInstanceOf(InvalidRequestError);
    expect(refusal).toMatchObject({
      status: 400,
      code: 'ERR_BEARER_INVALID_REQUEST',
      reason: 'malformed_authorization',
      message: 'the Authorization header must be Bearer, a space and one token',
    });
  });
});

describe('findBearerCredentials', () => {
  it.each([
    [`Bearer ${TOKEN}`, TOKEN],
    ['bearer  a b', 'a b'],
    ['Bearer "a"', '"a"'],
    ['Bearer a\nb', 'a\nb'],
    ['Basic x', undefined],
    [undefined, undefined],
  ])('does not look at the octets of the credentials: %j', (authorization, credentials) => {
    expect(findBearerCredentials(authorization)).toBe(credentials);
  });
});

describe('findDpopCredentials', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['DPoP T', 'T'],
    ['dpop  T', 'T'],
    ['DPOP a b', 'a b'],
    ['DPoPx T', undefined],
    ['Bearer DPoP T', undefined],
  ])('finds the credentials of %j', (authorization, credentials) => {
    expect(findDpopCredentials(authorization)).toBe(credentials);
  });

  it.each(['DPoP', 'DPoP ', 'dpop   ', 'DPoP=T'])(
    'refuses a scheme without credentials: %j',
    (field) => {
      expect(() => findDpopCredentials(field)).toThrow(
        new InvalidRequestError('malformed_dpop_authorization'),
      );
    },
  );
});
