import { InvalidTokenError } from '@scopegate/protocol';
import { describe, expect, it } from 'vitest';
import { checkAudience } from './audience.js';

type Claims = Readonly<Record<string, unknown>>;

describe('checkAudience', () => {
  const expected = {
    audience: ['https://rs.example', 'urn:rs'],
    audienceClaim: 'aud',
  } as const;

  it.each<[unknown, string[]]>([
    ['https://rs.example', ['https://rs.example']],
    ['urn:rs', ['urn:rs']],
    [['https://rs.example'], ['https://rs.example']],
    [
      ['x', 'https://rs.example'],
      ['x', 'https://rs.example'],
    ],
    [
      ['urn:rs', 'urn:rs'],
      ['urn:rs', 'urn:rs'],
    ],
  ])('returns every value of an "aud" that names an expected audience: %j', (aud, audience) => {
    expect(checkAudience({ aud }, expected)).toEqual(audience);
  });

  it.each([
    'https://rs.example/',
    'https://rs.example.evil',
    'https://rs.exampl',
    'HTTPS://RS.EXAMPLE',
    ' https://rs.example',
    'https://rs.example,urn:rs',
    '',
    [],
    [''],
    ['x', 'y'],
  ])('refuses an "aud" that names no expected audience: %j', (aud) => {
    expect(() => checkAudience({ aud }, expected)).toThrow(new InvalidTokenError('audience'));
  });

  it.each([{}, Object.create({ aud: 'urn:rs' }) as Claims])(
    'refuses a token without an own "aud"',
    (claims) => {
      expect(() => checkAudience(claims, expected)).toThrow(new InvalidTokenError('audience'));
    },
  );

  it.each([5, null, true, {}, ['https://rs.example', 1], [null], [['urn:rs']]])(
    'refuses an "aud" that is neither a string nor an array of strings: %j',
    (aud) => {
      expect(() => checkAudience({ aud }, expected)).toThrow(
        new InvalidTokenError('claim', { claim: 'aud', problem: 'malformed' }),
      );
    },
  );

  it('compares code points, so NFC differs from NFD', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    expect(() => checkAudience({ aud: decomposed }, { ...expected, audience: [composed] })).toThrow(
      new InvalidTokenError('audience'),
    );
  });

  it('returns a frozen array', () => {
    expect(Object.isFrozen(checkAudience({ aud: 'urn:rs' }, expected))).toBe(true);
  });

  it.each<[unknown, unknown, string | undefined]>([
    ['urn:rs', undefined, undefined],
    ['urn:rs', ['x', 'urn:rs'], undefined],
    ['urn:rs', 'x', 'audience'],
    ['x', 'urn:rs', 'audience'],
    [undefined, 'urn:rs', 'audience'],
    [7, undefined, 'claim'],
  ])('checks "client_id" %j as the audience, and "aud" %j as well', (client_id, aud, reason) => {
    const claims = JSON.parse(JSON.stringify({ client_id, aud })) as Record<string, unknown>;
    const check = (): unknown => checkAudience(claims, { ...expected, audienceClaim: 'client_id' });
    if (reason === undefined) expect(check()).toEqual([client_id]);
    else expect(check).toThrow(expect.objectContaining({ reason }));
  });
});
