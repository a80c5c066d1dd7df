/**
 * What the inspector of a small API could answer.
 *
 * @module
 */
import { listReasonTexts } from '@scopegate/access-token/internal';
import type {
  Counters,
  CounterSlot,
  Explanation,
  Keys,
  Overview,
  Routes,
  WireDecision,
} from '../../../packages/inspector/src/wire.js';
import { SAMPLE_PRIVILEGES } from './sample-privileges.js';
import type { ScriptedAnswers, ScriptedStart } from './scripted-inspector.js';

const ISSUER = 'https://auth.example.com';
const PARTNER = 'https://partner.example';
const SECOND = 1_000;

const OVERVIEW: Overview = {
  servers: ['sales'],
  reportOnly: [
    {
      server: 'sales',
      guard: 'requireScope',
      until: new Date(Date.now() + 2_000_000_000).toISOString(),
    },
  ],
  openRoutes: 1,
  trials: [
    {
      server: 'sales',
      method: 'GET',
      route: '/v1/sales',
      requires: 'atMost read:analytics',
      judged: 12_410,
      wouldRefuse: 3,
      clients: ['legacy-batch'],
    },
    {
      server: 'sales',
      method: 'GET',
      route: '/v1/sales/:id',
      requires: 'principal client',
      judged: 41_202,
      wouldRefuse: 0,
      clients: [],
    },
  ],
  privileges: { clients: 4, withUnused: 2 },
  isExplainOn: true,
};

const ROUTES: Routes = {
  state: 'audited',
  routes: [
    {
      server: 'sales',
      methods: ['GET', 'HEAD'],
      path: '/v1/sales',
      access: 'guarded',
      scopes: 'read:analytics',
      trial: 'atMost read:analytics',
      requests: 12_410,
      refused: 88,
      isExposed: false,
    },
    {
      server: 'sales',
      methods: ['GET', 'HEAD'],
      path: '/v1/sales/:id',
      access: 'guarded',
      scopes: 'read:analytics',
      atMost: 'read:analytics, read:customers',
      trial: 'principal client',
      requests: 41_202,
      refused: 224,
      isExposed: false,
    },
    {
      server: 'sales',
      methods: ['PUT'],
      path: '/v1/tenants/:tenant/targets/:id',
      access: 'guarded',
      scopes: 'any of write:analytics, admin',
      requests: 310,
      refused: 0,
      isExposed: false,
    },
    {
      server: 'sales',
      methods: ['POST'],
      path: '/v1/refunds',
      access: 'open',
      reportOnlyUntil: new Date(Date.now() + 2_000_000_000).toISOString(),
      requests: 12,
      refused: 0,
      isExposed: true,
    },
    {
      server: 'sales',
      methods: ['GET', 'HEAD'],
      path: '/health',
      access: 'public',
      requests: 0,
      refused: 0,
      isExposed: false,
    },
  ],
  findings: [
    'POST /v1/refunds is open: no guard runs before its handlers, because requireScope reports only',
  ],
  markdown: '| method | path |\n| --- | --- |\n| GET | /v1/sales |\n',
};

const KEYS: Keys = {
  keySets: [
    {
      server: 'sales',
      issuer: ISSUER,
      state: 'fresh',
      keys: 2,
      ageMs: 244_000,
      lifetimeMs: 600_000,
      skipped: ['rsa_too_small'],
      refreshes: [
        {
          time: Date.now() - 244 * SECOND,
          result: 'unchanged',
          durationMs: 38,
          trigger: 'scheduled',
        },
        {
          time: Date.now() - 718 * SECOND,
          result: 'changed',
          durationMs: 41,
          trigger: 'unknown_key',
          added: 1,
          withdrawn: 1,
        },
        {
          time: Date.now() - 960 * SECOND,
          result: 'failed',
          durationMs: 5_000,
          trigger: 'due',
          error: 'ERR_KEY_SET_UNAVAILABLE (timeout)',
          retryInMs: 2_000,
        },
        {
          time: Date.now() - 1_560 * SECOND,
          result: 'changed',
          durationMs: 44,
          trigger: 'first',
          added: 2,
        },
      ],
      unknownKeys: { found: 3, unknown: 12, budgetSpent: 0 },
    },
    {
      server: 'sales',
      issuer: PARTNER,
      state: 'unavailable',
      keys: 0,
      skipped: [],
      lastError: 'ERR_KEY_SET_UNAVAILABLE (timeout)',
      refreshes: [
        {
          time: Date.now() - 12 * SECOND,
          result: 'failed',
          durationMs: 5_000,
          trigger: 'first',
          error: 'ERR_KEY_SET_UNAVAILABLE (timeout)',
          retryInMs: 12_000,
        },
      ],
      unknownKeys: { found: 0, unknown: 0, budgetSpent: 0 },
    },
  ],
  introspection: [{ server: 'sales', issuer: 'https://opaque.example', state: 'available' }],
};

const EXPLANATION: Explanation = {
  verdict: 'refused',
  reason: 'audience',
  cached: false,
  principal: 'client',
  decryption: undefined,
  key: { kid: 'main-2', alg: 'ES256', type: 'ec', bits: undefined },
  keySet: { issuer: ISSUER, state: 'fresh', keys: 2, ageMs: 244_000, lastError: undefined },
  introspection: undefined,
  checks: [
    {
      name: 'format',
      outcome: 'passed',
      reason: undefined,
      expected: 'three parts in base64url',
      found: 'three parts',
      rfc: 'RFC 7515 §3.1',
      fixes: [],
    },
    {
      name: 'issuer',
      outcome: 'passed',
      reason: undefined,
      expected: `"${ISSUER}"`,
      found: `"${ISSUER}"`,
      rfc: 'RFC 9068 §4',
      fixes: [],
    },
    {
      name: 'audience',
      outcome: 'failed',
      reason: 'audience',
      expected: '"https://api.example.com"',
      found: '"my-client"',
      rfc: 'RFC 9068 §4',
      fixes: [
        { side: 'client', action: 'request the token for this API, with the parameter "resource"' },
      ],
    },
    {
      name: 'expiry',
      outcome: 'passed',
      reason: undefined,
      expected: 'a time in the future',
      found: 'in 41 minutes',
      rfc: 'RFC 7519 §4.1.4',
      fixes: [],
    },
    {
      name: 'required_binding',
      outcome: 'skipped',
      reason: undefined,
      expected: 'a token of any kind',
      found: 'no binding is required',
      rfc: 'RFC 9449 §7.1',
      fixes: [],
    },
  ],
  findings: [
    {
      cause: 'audience_is_client_id',
      evidence: 'the audience "my-client" is the client id, as in an ID token',
      fixes: [{ side: 'client', action: 'send the access token instead of the ID token' }],
    },
  ],
};

/** What every path answers. */
export const SAMPLE_ANSWERS: ScriptedAnswers = {
  overview: OVERVIEW,
  routes: ROUTES,
  keys: KEYS,
  privileges: SAMPLE_PRIVILEGES,
  reasons: listReasonTexts(),
  explain: EXPLANATION,
};

/** Counters of 15 minutes, with a burst of refusals in them. */
function countSample(): Counters {
  const end = Math.floor(Date.now() / 10_000) * 10_000;
  const slots = Array.from({ length: 90 }, (_, index): CounterSlot => {
    const wave = Math.sin(index / 9) + Math.sin(index / 3.7) / 2;
    const burst = Math.max(0, 1 - Math.abs(index - 58) / 7);
    return {
      time: end - (90 - index) * 10_000,
      allowed: Math.round(430 + wave * 90 + index),
      refused: Math.round(1 + Math.abs(wave) + burst * 22),
      unavailable: index > 20 && index < 24 ? 4 : 0,
      other: index % 31 === 30 ? 1 : 0,
    };
  });
  const by = [
    ['refused', 'expired', 'GET', '/v1/sales/:id', 201],
    ['refused', 'scope', 'GET', '/v1/sales', 88],
    ['refused', 'audience', 'GET', '/v1/sales/:id', 23],
    ['unavailable', 'unavailable', 'GET', '/v1/sales', 12],
    ['refused', 'missing_credentials', 'PUT', '/v1/tenants/:tenant/targets/:id', 4],
    ['unenforced', 'missing_credentials', 'POST', '/v1/refunds', 2],
    ['allowed', undefined, 'GET', '/v1/sales/:id', 41_202],
  ] as const;
  return {
    windowSeconds: 900,
    slotSeconds: 10,
    slots,
    by: by.map(([outcome, reason, method, route, count]) => ({
      server: 'sales',
      outcome,
      ...(reason === undefined ? undefined : { reason }),
      method,
      route,
      count,
    })),
  };
}

const ALLOWED: Omit<WireDecision, 'seq' | 'time'> = {
  outcome: 'allowed',
  server: 'sales',
  guard: 'requireScope',
  requires: 'read:analytics',
  issuer: ISSUER,
  method: 'GET',
  route: '/v1/sales/:id',
  source: 'cache',
  scheme: 'Bearer',
  microseconds: 4,
  principal: 'client',
  clientId: 'reports',
  held: { declared: ['read:analytics', 'write:analytics'], others: 1 },
};

const REFUSED: Omit<WireDecision, 'seq' | 'time'> = {
  outcome: 'refused',
  reason: 'expired',
  server: 'sales',
  guard: 'requireScope',
  requires: 'read:analytics',
  claimedIssuer: ISSUER,
  clientId: 'legacy-batch',
  method: 'GET',
  route: '/v1/sales/:id',
  scheme: 'Bearer',
  microseconds: 31,
};

const KINDS: readonly Omit<WireDecision, 'seq' | 'time'>[] = [
  ALLOWED,
  REFUSED,
  ALLOWED,
  { ...ALLOWED, trial: { outcome: 'refused', reason: 'excess_scope' }, microseconds: 6 },
  { ...REFUSED, reason: 'scope', route: '/v1/sales', clientId: 'dashboard', microseconds: 12 },
  { ...ALLOWED, clientId: 'dashboard', source: 'verification', microseconds: 96 },
  { ...ALLOWED, trial: { outcome: 'allowed', reason: undefined }, route: '/v1/sales' },
  { ...REFUSED, outcome: 'unavailable', reason: 'unavailable', microseconds: 5_012_000 },
  {
    ...REFUSED,
    outcome: 'unenforced',
    reason: 'missing_credentials',
    method: 'POST',
    route: '/v1/refunds',
  },
  {
    ...ALLOWED,
    method: 'PUT',
    route: '/v1/tenants/:tenant/targets/:id',
    requires: 'write:analytics',
  },
  { ...REFUSED, reason: 'audience', clientId: 'mobile-app', skipped: 14 },
];

/** Decisions of every kind, the newest now. */
export function listDecisions(count: number): readonly WireDecision[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) =>
    createDecision(index + 1, now - (count - index) * 370),
  );
}

/** A decision of the kind that its number selects. */
export function createDecision(seq: number, time: number = Date.now()): WireDecision {
  return { ...(KINDS[seq % KINDS.length] ?? ALLOWED), seq, time };
}

/** What a page gets when it connects. */
export const SAMPLE_START: ScriptedStart = {
  decisions: listDecisions(48),
  counters: countSample(),
};
