/**
 * One table of requests: every front answers them with the same status, header fields and body.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { signToken } from '../../support/tokens.js';
import { answered, everyFront, useFronts, type WholeAnswer, withoutBody } from './all-fronts.js';
import { type Difference, differing, WEB_FRONTS, withoutLength } from './differences.js';
import { insufficient, invalid, malformed, missing } from './refusals.js';
import { declareSalesApi } from './sales-api.js';

/** One row of the table: the lines of a request, and the response to it. */
interface Row {
  readonly lines: readonly string[];
  readonly answer: WholeAnswer;
  readonly except?: readonly Difference[];
}

type Table = Readonly<Record<string, Row>>;

const ago = Math.floor(Date.now() / 1000) - 600;
const TOKENS = {
  read: signToken({ scope: 'read' }),
  write: signToken({ scope: 'write' }),
  both: signToken({ scope: 'read write' }),
  region: signToken({ scope: 'read eu' }),
  user: signToken({ scope: 'read', sub: 'ann' }),
  none: signToken({}),
  expired: signToken({ scope: 'read', iat: ago - 60, exp: ago }),
  foreign: signToken({ scope: 'read', aud: 'https://other.example.com' }),
  tampered: signToken({ scope: 'read' }).slice(0, -2).concat('AA'),
  unsigned: signToken({ scope: 'read' }, { header: { alg: 'none' } }),
};
const bearer = (name: keyof typeof TOKENS): string => `Authorization: Bearer ${TOKENS[name]}`;
const get = (path: string, ...fields: string[]): readonly string[] => [
  `GET ${path} HTTP/1.1`,
  ...fields,
];

const ALLOWED = answered({ method: 'GET', client: 'reports' });

const ACCEPTED: Table = {
  'a token in the header': { lines: get('/sales', bearer('read')), answer: ALLOWED },
  'a scheme in another case': {
    lines: get('/sales', `Authorization: bEaReR ${TOKENS.read}`),
    answer: ALLOWED,
  },
  'a field name in another case': {
    lines: get('/sales', `aUTHORIZATION: Bearer ${TOKENS.read}`),
    answer: ALLOWED,
  },
  'several spaces after the scheme': {
    lines: get('/sales', `Authorization: Bearer    ${TOKENS.read}`),
    answer: ALLOWED,
  },
  'white space around the field value': {
    lines: get('/sales', `Authorization: \t Bearer ${TOKENS.read} \t`),
    answer: ALLOWED,
  },
  'a query without a token': {
    lines: get('/sales?q=access_token=x&token=%zz', bearer('read')),
    answer: ALLOWED,
  },
  'one of several scopes': { lines: get('/any', bearer('read')), answer: ALLOWED },
  'all of the scopes': { lines: get('/nested', bearer('region')), answer: ALLOWED },
  'no more scopes than allowed': { lines: get('/limited', bearer('region')), answer: ALLOWED },
  'a user': { lines: get('/users', bearer('user')), answer: ALLOWED },
  'a client': { lines: get('/clients', bearer('read')), answer: ALLOWED },
  'a condition of the application': { lines: get('/checked', bearer('region')), answer: ALLOWED },
  'a token without scopes': { lines: get('/token', bearer('none')), answer: ALLOWED },
  'an optional token': { lines: get('/optional', bearer('none')), answer: ALLOWED },
  'no optional token': {
    lines: get('/optional'),
    answer: answered({ method: 'GET', client: null }),
  },
  'another scheme where a token is optional': {
    lines: get('/optional', 'Authorization: Basic eDp5'),
    answer: answered({ method: 'GET', client: null }),
  },
  'a path behind one of two guards': {
    lines: get('/stacked/read', bearer('none')),
    answer: ALLOWED,
  },
  'a path behind both guards': { lines: get('/stacked/write', bearer('write')), answer: ALLOWED },
  'a route with two guards': { lines: get('/twice', bearer('read')), answer: ALLOWED },
  HEAD: {
    lines: ['HEAD /sales HTTP/1.1', bearer('read')],
    answer: withoutBody(answered({ method: 'HEAD', client: 'reports' })),
  },
  OPTIONS: {
    lines: ['OPTIONS /sales HTTP/1.1', bearer('read')],
    answer: answered({ method: 'OPTIONS', client: 'reports' }),
  },
};

const MISSING: Table = {
  'no header': { lines: get('/sales'), answer: missing('read') },
  'an empty header': { lines: get('/sales', 'Authorization:'), answer: missing('read') },
  'a header of white space': {
    lines: get('/sales', 'Authorization: \t '),
    answer: missing('read'),
  },
  'another scheme': {
    lines: get('/sales', 'Authorization: Basic eDp5'),
    answer: missing('read'),
  },
  'a scheme that begins with Bearer': {
    lines: get('/sales', `Authorization: BearerX ${TOKENS.read}`),
    answer: missing('read'),
  },
  'a token in the query, which is not read': {
    lines: get(`/sales?access_token=${TOKENS.read}`),
    answer: missing('read'),
  },
  'a token in a cookie': {
    lines: get('/sales', `Cookie: access_token=${TOKENS.read}`),
    answer: missing('read'),
  },
  'a route without scopes': { lines: get('/token'), answer: missing() },
  'the first of two guards': { lines: get('/stacked/write'), answer: missing() },
  'the second of two guards': { lines: get('/twice'), answer: missing('read') },
  HEAD: { lines: ['HEAD /sales HTTP/1.1'], answer: withoutBody(missing('read')) },
  OPTIONS: { lines: ['OPTIONS /sales HTTP/1.1'], answer: missing('read') },
  DELETE: { lines: ['DELETE /sales HTTP/1.1'], answer: missing('read') },
};

const REPEATED = malformed('repeated_authorization');
const MALFORMED = malformed('malformed_authorization');
const joined = (answer: WholeAnswer): readonly Difference[] => [
  { why: 'joinedField', fronts: WEB_FRONTS, answer },
];

const INVALID_REQUESTS: Table = {
  'two equal headers': {
    lines: get('/sales', bearer('read'), bearer('read')),
    answer: REPEATED,
  },
  'two headers with different tokens': {
    lines: get('/sales', bearer('read'), bearer('write')),
    answer: REPEATED,
  },
  'two headers with different schemes': {
    lines: get('/sales', 'Authorization: Basic eDp5', bearer('read')),
    answer: REPEATED,
  },
  'two headers, apart, in different cases': {
    lines: get('/sales', `AUTHORIZATION: Bearer ${TOKENS.read}`, 'X: y', bearer('read')),
    answer: REPEATED,
  },
  'two headers, the first empty': {
    lines: get('/sales', 'Authorization:', bearer('read')),
    answer: REPEATED,
  },
  'two headers, the second empty': {
    lines: get('/sales', bearer('read'), 'Authorization:'),
    answer: REPEATED,
    except: [{ why: 'emptyLine', fronts: ['web'], answer: MALFORMED }],
  },
  'two headers where a token is optional': {
    lines: get('/optional', bearer('read'), bearer('read')),
    answer: REPEATED,
  },
  'two headers that join to one quoted-string': {
    lines: get('/optional', 'Authorization: Digest a="b', `${bearer('read')}"`),
    answer: malformed('repeated_authorization'),
  },
  'two tokens in one header': {
    lines: get('/sales', `${bearer('read')}, Bearer ${TOKENS.read}`),
    answer: MALFORMED,
    except: joined(REPEATED),
  },
  'a comma after the token': {
    lines: get('/sales', `${bearer('read')},`),
    answer: MALFORMED,
  },
  'two schemes in one header': {
    lines: get('/sales', `Authorization: Basic eDp5, Bearer ${TOKENS.read}`),
    answer: missing('read'),
    except: joined(REPEATED),
  },
  'parameters of another scheme': {
    lines: get('/sales', 'Authorization: Digest username="a", realm="b"'),
    answer: missing('read'),
  },
  'a scheme without a token': {
    lines: get('/sales', 'Authorization: Bearer'),
    answer: MALFORMED,
  },
  'two words': { lines: get('/sales', `${bearer('read')} x`), answer: MALFORMED },
  'a tab after the scheme': {
    lines: get('/sales', `Authorization: Bearer\t${TOKENS.read}`),
    answer: MALFORMED,
  },
  'a quoted token': {
    lines: get('/sales', `Authorization: Bearer "${TOKENS.read}"`),
    answer: MALFORMED,
  },
  'an octet of Latin-1': { lines: get('/sales', `${bearer('read')}\xe9`), answer: MALFORMED },
  'an octet of UTF-8': { lines: get('/sales', `${bearer('read')}\xc3\xa9`), answer: MALFORMED },
  'a second token in the query': {
    lines: get('/sales?access_token=x', bearer('read')),
    answer: malformed('several_locations'),
  },
  'a second token in the query, encoded': {
    lines: get('/sales?a=b&access%5Ftoken[]=x', bearer('read')),
    answer: malformed('several_locations'),
  },
  HEAD: {
    lines: ['HEAD /sales HTTP/1.1', 'Authorization: Bearer'],
    answer: withoutBody(MALFORMED),
  },
};

const INVALID_TOKENS: Table = {
  'an opaque token': {
    lines: get('/sales', 'Authorization: Bearer abc'),
    answer: invalid('malformed', 'read'),
  },
  'a token of 12,000 octets': {
    lines: get('/sales', `Authorization: Bearer ${'a'.repeat(12_000)}`),
    answer: invalid('malformed', 'read'),
  },
  'an expired token': {
    lines: get('/sales', bearer('expired')),
    answer: invalid('expired', 'read'),
  },
  'a token for another resource': {
    lines: get('/sales', bearer('foreign')),
    answer: invalid('audience', 'read'),
  },
  'a changed signature': {
    lines: get('/sales', bearer('tampered')),
    answer: invalid('signature', 'read'),
  },
  'an unsigned token': { lines: get('/sales', bearer('unsigned')), answer: invalid('alg', 'read') },
  'an expired token where a token is optional': {
    lines: get('/optional', bearer('expired')),
    answer: invalid('expired'),
  },
  'more scopes than allowed': {
    lines: get('/limited', bearer('both')),
    answer: invalid('excess_scope', 'read'),
  },
  HEAD: {
    lines: ['HEAD /sales HTTP/1.1', bearer('expired')],
    answer: withoutBody(invalid('expired', 'read')),
  },
};

const INSUFFICIENT: Table = {
  'another scope': {
    lines: get('/sales', bearer('write')),
    answer: insufficient('scope', 'read'),
  },
  'none of several scopes': {
    lines: get('/any', bearer('none')),
    answer: insufficient('scope', 'write'),
  },
  'some of the scopes': {
    lines: get('/nested', bearer('read')),
    answer: insufficient('scope', 'read eu'),
  },
  'a client instead of a user': {
    lines: get('/users', bearer('read')),
    answer: insufficient('principal'),
  },
  'a user instead of a client': {
    lines: get('/clients', bearer('user')),
    answer: insufficient('principal'),
  },
  'a condition of the application': {
    lines: get('/checked', bearer('read')),
    answer: insufficient('check'),
  },
  'the second of two guards': {
    lines: get('/stacked/write', bearer('read')),
    answer: insufficient('scope', 'write'),
  },
  HEAD: {
    lines: ['HEAD /sales HTTP/1.1', bearer('write')],
    answer: withoutBody(insufficient('scope', 'read')),
  },
  OPTIONS: {
    lines: ['OPTIONS /sales HTTP/1.1', bearer('write')],
    answer: insufficient('scope', 'read'),
  },
};

const TABLES: Readonly<Record<string, Table>> = {
  'accepted request': ACCEPTED,
  'missing credentials': MISSING,
  'invalid request': INVALID_REQUESTS,
  'invalid token': INVALID_TOKENS,
  'insufficient scope': INSUFFICIENT,
};

describe('fronts', () => {
  const fronts = useFronts(declareSalesApi);

  describe.each(Object.entries(TABLES))('%s', (_name, table) => {
    it.each(Object.entries(table))('gets the same response: %s', async (_row, row) => {
      const {
        lines,
        answer,
        except = lines[0]?.startsWith('HEAD') ? withoutLength(answer) : [],
      } = row;
      expect(await fronts.ask(lines)).toEqual(everyFront(answer, differing(except)));
    });
  });
});
