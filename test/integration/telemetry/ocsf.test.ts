import type { DecisionEvent } from '@scopegate/resource-server';
import { formatOcsf, type OcsfApiActivity, type OcsfOptions } from '@scopegate/telemetry/logs';
import { describe, expect, it } from 'vitest';
import { createDecision } from '../../support/decision-events.js';
import { typeErrorMessageOf } from '../../support/type-error-message.js';
import { AT_LEAST_ONE, ENUMS, KNOWN, REQUIRED } from './ocsf-api-activity.js';

const TIME = 1_795_255_642_000;

/** The event as a consumer reads it. */
function format(members: Partial<DecisionEvent>, options?: OcsfOptions): OcsfApiActivity {
  const event = formatOcsf(createDecision(members), { time: TIME, ...options });
  return JSON.parse(JSON.stringify(event)) as OcsfApiActivity;
}

/** Follows a path such as `api.operation`. */
function valueAt(event: OcsfApiActivity, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], event);
}

const OUTCOMES = {
  allowed: { severity_id: 1, status_id: 1, action_id: 1, disposition_id: 1 },
  anonymous: { severity_id: 1, status_id: 1, action_id: 1, disposition_id: 1 },
  refused: { severity_id: 2, status_id: 2, action_id: 2, disposition_id: 26 },
  unavailable: { severity_id: 3, status_id: 2, action_id: 2, disposition_id: 27 },
  error: { severity_id: 3, status_id: 2, action_id: 2, disposition_id: 27 },
  unenforced: { severity_id: 1, status_id: 1, action_id: 3, disposition_id: 17 },
} as const satisfies Record<DecisionEvent['outcome'], Partial<OcsfApiActivity>>;

const OUTCOME_NAMES = Object.keys(OUTCOMES) as DecisionEvent['outcome'][]; // the keys of a closed record

/** Decisions with few members and with many. */
const DECISIONS = OUTCOME_NAMES.flatMap((outcome) => [
  { outcome, clientId: 'reports', trial: { outcome: 'refused', reason: 'excess_scope' } as const },
  { outcome, issuer: undefined, route: undefined, method: undefined, principal: undefined },
]);

describe('formatOcsf', () => {
  it.each(DECISIONS)('%j: has what the class requires, and nothing unknown', (members) => {
    const event = format(members, { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(REQUIRED.filter((path) => valueAt(event, path) === undefined)).toEqual([]);
    for (const [path, names] of Object.entries(AT_LEAST_ONE)) {
      const object = valueAt(event, path) as object;
      expect(
        Object.keys(object).some((name) => names.includes(name)),
        path,
      ).toBe(true);
    }
    for (const [path, values] of Object.entries(ENUMS)) {
      expect(values, path).toContain(valueAt(event, path));
    }
    expect(Object.keys(event).filter((name) => !KNOWN.includes(name))).toEqual([]);
  });

  it.each(OUTCOME_NAMES)('%s: has its severity, status, action and disposition', (outcome) => {
    expect(format({ outcome })).toMatchObject(OUTCOMES[outcome]);
  });

  it.each([
    ['POST', 1],
    ['GET', 2],
    ['HEAD', 2],
    ['PUT', 3],
    ['PATCH', 3],
    ['DELETE', 4],
    ['OPTIONS', 99],
    ['BREW', 99],
  ])('%s: is activity %i', (method, activity) => {
    const event = format({ method });
    expect(event).toMatchObject({ activity_id: activity, type_uid: 600_300 + activity });
  });

  it('describes a refused request', () => {
    const members = { outcome: 'refused', reason: 'expired', claimedIssuer: 'https://x' } as const;
    expect(format({ ...members, issuer: undefined, principal: undefined })).toEqual({
      category_uid: 6,
      class_uid: 6003,
      activity_id: 2,
      activity_name: 'GET',
      type_uid: 600_302,
      time: TIME,
      severity_id: 2,
      status_id: 2,
      status_code: 'expired',
      message: 'refused: expired',
      action_id: 2,
      disposition_id: 26,
      metadata: {
        version: '1.8.0',
        product: { name: 'Scopegate', vendor_name: 'Scopegate' },
        profiles: ['security_control'],
        log_name: 'scopegate:decision',
      },
      actor: { app_uid: 'unknown' },
      api: { operation: 'GET /v1/sales/:id', service: { name: 'sales' } },
      src_endpoint: { name: 'unknown' },
      authorizations: [{ decision: 'refused', policy: { name: 'requireScope', is_applied: true } }],
    });
  });

  it('names the client and the issuer of a verified token, and the trace', () => {
    const event = format({ clientId: 'reports' }, { traceId: '4bf92f35' });
    expect(event.actor).toEqual({ app_uid: 'reports', idp: { name: 'https://auth.example.com' } });
    expect(event.trace).toEqual({ uid: '4bf92f35' });
    expect(event.metadata.profiles).toEqual(['security_control', 'trace']);
  });

  it('lists a policy on trial, and that of a guard that only reports, as not applied', () => {
    const trial = { outcome: 'refused', reason: 'excess_scope' } as const;
    expect(format({ trial }).authorizations).toEqual([
      { decision: 'allowed', policy: { name: 'requireScope', is_applied: true } },
      { decision: 'refused', policy: { name: 'requireScope, trial', is_applied: false } },
    ]);
    expect(format({ outcome: 'unenforced' }).authorizations).toEqual([
      { decision: 'refused', policy: { name: 'requireScope', is_applied: false } },
    ]);
  });

  it('has the current time by default', () => {
    const before = Date.now();
    const { time } = formatOcsf(createDecision());
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it.each<[options: unknown, message: string]>([
    [{ traceID: 'x' }, 'formatOcsf has no option "traceID"; did you mean "traceId"?'],
    [{ traceId: '' }, 'option "traceId" must be a non-empty string'],
    [{ time: '1' }, 'option "time" must be a number of at least 0'],
  ])('%j: throws a TypeError', (options, message) => {
    const call = (): unknown => formatOcsf(createDecision(), options as OcsfOptions);
    expect(typeErrorMessageOf(call)).toBe(message);
  });
});
