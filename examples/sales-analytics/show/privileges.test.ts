import {
  createPrivilegeRecorder,
  type PrivilegeReport,
  reportPrivileges,
} from '@scopegate/telemetry/privileges';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFastClock } from './demo-clock.js';
import { startDemo } from './demo.js';
import { runScenes } from './run-scenes.js';
import { createScenes } from './scenes.js';

describe('the privileges that the scenes need', () => {
  let report: PrivilegeReport;

  beforeAll(async () => {
    const recorder = createPrivilegeRecorder();
    const demo = await startDemo(createFastClock());
    try {
      await runScenes(
        createScenes(() => undefined),
        demo,
      );
    } finally {
      await demo.close();
      recorder.close();
    }
    report = reportPrivileges(recorder.snapshot(), { minDays: 0, minRequests: 1 });
  });

  it('lack exactly the scope that no scene needed', () => {
    expect(report.clients.map(({ clientId, advice, cut }) => [clientId, advice, cut])).toEqual([
      ['back-office', 'cut', ['admin:analytics']],
      ['field-office', 'fits', []],
      ['nightly-report', 'fits', []],
      ['stock-ticker', 'fits', []],
    ]);
  });

  it('contain the scope that a refused client lacks, as missing', () => {
    const missing = report.clients.flatMap(({ clientId, scopes }) =>
      scopes.filter(({ state }) => state === 'missing').map(({ name }) => [clientId, name]),
    );
    expect(missing).toEqual([['nightly-report', 'write:analytics']]);
  });

  it('limit each route to what its guard requires, and refuse no client', () => {
    const limits = report.routes.map(({ method, route, atMost, wouldRefuse }) => [
      `${method} ${route}`,
      atMost.refusesNobodyToday,
      wouldRefuse,
    ]);
    expect(limits).toEqual([
      ['GET /v1/sales/analytics', ['read:analytics'], []],
      ['POST /v1/sales/closing', ['write:analytics'], []],
      ['GET /v1/sales/export', ['read:analytics'], []],
      ['POST /v1/sales/refresh', ['read:analytics', 'write:analytics'], []],
    ]);
  });
});
