import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestIssuer, type Fault, type TestIssuer } from '../index.js';

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ alg: 'ES256', listen: false });
});

beforeEach(() => {
  issuer.fault('metadata', undefined);
  issuer.fault('jwks', undefined);
});

async function ask(url: string): Promise<number | string> {
  return issuer.fetch(url).then(
    ({ status }) => status,
    () => 'failed',
  );
}

async function askOften(times: number): Promise<(number | string)[]> {
  const outcomes: (number | string)[] = [];
  for (let time = 0; time < times; time += 1) outcomes.push(await ask(issuer.jwksUri));
  return outcomes;
}

describe('a script of faults', () => {
  it('plays one fault after the other, and is well again at its end', async () => {
    issuer.fault('jwks', [
      { kind: 'down' },
      { kind: 'status', status: 503, times: 2 },
      { kind: 'none' },
      { kind: 'status', status: 500 },
    ]);
    expect(await askOften(7)).toEqual(['failed', 503, 503, 200, 500, 200, 200]);
  });

  it('is replaced by the next, and ended by undefined', async () => {
    issuer.fault('jwks', [{ kind: 'status', status: 500, times: 5 }]);
    expect(await askOften(1)).toEqual([500]);
    issuer.fault('jwks', [{ kind: 'status', status: 503, times: 5 }]);
    expect(await askOften(1)).toEqual([503]);
    issuer.fault('jwks', undefined);
    expect(await askOften(1)).toEqual([200]);
    issuer.fault('jwks', []);
    expect(await askOften(1)).toEqual([200]);
  });

  it('plays for each of several endpoints by itself', async () => {
    issuer.fault('metadata', [{ kind: 'status', status: 503 }]);
    const urls = ['oauth-authorization-server', 'openid-configuration'].map(
      (name) => `${issuer.issuer}/.well-known/${name}`,
    );
    const outcomes = await Promise.all([...urls, ...urls].map(ask));
    expect(outcomes).toEqual([503, 503, 200, 200]);
  });

  it('keeps nothing of what is changed afterwards', async () => {
    const fault = { kind: 'status' as const, status: 503 };
    const script: Fault[] = [fault];
    issuer.fault('jwks', script);
    fault.status = 500;
    script.push({ kind: 'down' });
    expect(await askOften(2)).toEqual([503, 200]);
  });

  it('is checked as a whole before it begins', async () => {
    expect(() => {
      issuer.fault('jwks', [{ kind: 'down' }, { kind: 'dwon' } as unknown as Fault]);
    }).toThrow('there is no fault "dwon"; did you mean "down"?');
    expect(await askOften(1)).toEqual([200]);
  });
});

describe('no fault', () => {
  it('is a right answer, revalidated like any other', async () => {
    const etag = (await issuer.fetch(issuer.jwksUri)).headers.get('etag') ?? '';
    issuer.fault('jwks', { kind: 'none' });
    const response = await issuer.fetch(issuer.jwksUri, { headers: { 'if-none-match': etag } });
    expect(response.status).toBe(304);
  });
});
