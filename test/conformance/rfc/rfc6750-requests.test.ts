/**
 * Bearer tokens in the Authorization header. RFC 6750 §2.1, §5.3.
 *
 * @module
 */
import { describe, expect } from 'vitest';
import { forEachFront } from '../../support/fronts/fronts.js';
import { useFixture } from '../support/fixture.js';
import { outcomeOf } from '../support/outcome.js';
import { verifies } from '../support/verifies.js';

forEachFront((front) => {
  describe('token in the Authorization header', () => {
    const rs = useFixture(front);

    verifies(
      ['rfc6750#2.1/authorization-header-supported', 'rfc6749#7/token-valid-and-scope-covers'],
      'accepts a token in the header',
      async () => {
        expect(await rs.present(await rs.mint())).toBe('200');
      },
    );

    verifies(
      'rfc6750#2.1/spaces-separate-scheme-and-token',
      'accepts one or more spaces after the scheme',
      async () => {
        const token = await rs.mint();
        for (const spaces of [' ', '  ', '   ', ' '.repeat(40)]) {
          const headers = { authorization: `Bearer${spaces}${token}` };
          expect(await rs.outcome({ headers })).toBe('200');
        }
      },
    );

    verifies(
      'rfc6750#2.1/spaces-separate-scheme-and-token',
      'refuses any other separator',
      async () => {
        const token = await rs.mint();
        for (const separator of ['\t', ' \t', '\t ', ':', ',', '=']) {
          const answer = await rs.sendLines([
            'GET /p HTTP/1.1',
            `Authorization: Bearer${separator}${token}`,
          ]);
          expect(outcomeOf(answer), JSON.stringify(separator)).toBe('400-ir');
        }
      },
    );

    verifies(
      [
        'rfc6750#2.1/spaces-separate-scheme-and-token',
        'rfc6750#3.1/no-error-code-without-credentials',
      ],
      'treats a scheme that begins with Bearer as another scheme',
      async () => {
        const token = await rs.mint();
        for (const scheme of ['Bearer', 'Bearer-', 'BearerX ', 'Bear ']) {
          const headers = { authorization: `${scheme}${token}` };
          expect(await rs.outcome({ headers }), scheme).toBe('401-bare');
        }
      },
    );

    const malformed: readonly (readonly [what: string, credentials: (token: string) => string])[] =
      [
        ['two words', () => 'a b'],
        ['a token and a word', (token) => `${token} x`],
        ['a word and a token', (token) => `x ${token}`],
        ['two tokens', (token) => `${token} ${token}`],
        ['a quoted token', (token) => `"${token}"`],
        ['a token and a comma', (token) => `${token},x`],
        ['two credentials on one line', (token) => `${token}, Bearer ${token}`],
        ['a token and a semicolon', (token) => `${token};`],
        ['a parameter', (token) => `token="${token}"`],
        ['a token with = inside', (token) => `=${token}`],
        ['an octet of Latin-1', (token) => `${token}\xe9`],
        [
          'an octet of Latin-1 in its middle',
          (token) => `${token.slice(0, 9)}\xff${token.slice(9)}`,
        ],
        ['an octet of UTF-8', (token) => `${token}\xc3\xa9`],
        ['a tab inside', (token) => `${token.slice(0, 9)}\t${token.slice(9)}`],
        ['a percent sign', (token) => `${token}%20`],
        ['a delete character', () => 'a\x7fb'],
      ];
    for (const [what, credentials] of malformed) {
      verifies(
        ['rfc6750#2.1/only-b64token-characters', 'rfc6750#3.1/malformed-request-is-400'],
        `refuses ${what} as malformed`,
        async () => {
          const value = credentials(await rs.mint());
          const answer = await rs.sendLines(['GET /p HTTP/1.1', `Authorization: Bearer ${value}`]);
          // The parser of Node.js refuses a DEL in a field, before the guard runs.
          if (what === 'a delete character') expect([400, 401]).toContain(answer.status);
          else expect(outcomeOf(answer)).toBe('400-ir');
          expect(answer.handlerRan).toBe(false);
        },
      );
    }

    verifies(
      'rfc6750#2.1/only-b64token-characters',
      'accepts every character of a b64token',
      async () => {
        for (const credentials of ['-._~+/', 'abc=', 'abc==', 'A0z', '.', '..']) {
          expect(await rs.present(credentials), credentials).toBe('401-it');
        }
      },
    );

    verifies(
      'rfc6750#2.1/only-b64token-characters',
      'refuses a field that spans lines or contains a bare CR',
      async () => {
        const token = await rs.mint();
        const folded = [
          `Authorization: Bearer\r\n ${token}`,
          `Authorization:\r\n Bearer ${token}`,
          `Authorization: Bearer ${token.slice(0, 20)}\r\n ${token.slice(20)}`,
          `Authorization: Bearer ${token.slice(0, 20)}\r${token.slice(20)}`,
          `Authorization: Bearer ${token}\rX: y`,
          `Authorization: Bearer ${token.slice(0, 20)}\n ${token.slice(20)}`,
          `Authorization: Bearer ${token.slice(0, 20)}\0${token.slice(20)}`,
          `Authorization : Bearer ${token}`,
        ];
        for (const line of folded) {
          const answer = await rs.sendLines(['GET /p HTTP/1.1', line]);
          expect(answer.status, JSON.stringify(line)).toBe(400);
          expect(answer.handlerRan, JSON.stringify(line)).toBe(false);
        }
      },
    );

    verifies(
      'rfc6750#2.1/scheme-without-token-malformed',
      'refuses a scheme without a token as malformed',
      async () => {
        for (const value of ['Bearer', 'Bearer ', 'bearer', 'Bearer    ', 'Bearer\t']) {
          const answer = await rs.sendLines(['GET /p HTTP/1.1', `Authorization: ${value}`]);
          expect(outcomeOf(answer), JSON.stringify(value)).toBe('400-ir');
        }
      },
    );

    verifies(
      [
        'rfc6750#2.1/scheme-without-token-malformed',
        'rfc6750#3.1/no-error-code-without-credentials',
      ],
      'treats an empty field as no credentials',
      async () => {
        for (const line of ['Authorization:', 'Authorization: ', 'Authorization: \t ']) {
          expect(outcomeOf(await rs.sendLines(['GET /p HTTP/1.1', line]))).toBe('401-bare');
        }
      },
    );

    verifies('rfc6750#5.3/no-tokens-from-cookies', 'ignores a token in a cookie', async () => {
      const token = await rs.mint();
      const cookie = `access_token=${token}; token=${token}; Authorization=Bearer ${token}`;
      expect(await rs.outcome({ headers: { cookie } })).toBe('401-bare');
    });
  });
});
