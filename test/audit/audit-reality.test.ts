import { expectAllGuarded, auditRoutes } from '@scopegate/express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../support/express-versions.js';
import { applicationPlans, type Mounting } from './application-plan.js';
import { createPicker, hostileRequests, requestSeeds } from './hostile-requests.js';
import { buildApplication, type PlannedApplication } from './planned-application.js';

// Set by run.mjs; the default is fast enough for every test run.
const RUNS = Number(process.env['AUDIT_RUNS'] ?? 500);
// Every test run uses this seed; `npm run test:audit` uses others.
const SEED = Number(process.env['AUDIT_SEED'] ?? 20_261_121);
const REQUESTS = 60;

/** The share of applications that must pass with a guarded route, so that the test is meaningful. */
const LEAST_SHARE = 0.1;

describe.each(EXPRESS_VERSIONS)(
  'auditRoutes of random applications on Express $version',
  ({ version, express }) => {
    it(`passes no application in which a request without a token reaches a handler, seed ${SEED}`, async () => {
      const runs = Math.ceil(RUNS / EXPRESS_VERSIONS.length);
      const seen = { passed: 0, withGuards: 0, refused: 0 };
      const property = fc.asyncProperty(
        applicationPlans(version),
        requestSeeds,
        async (plan, seed) => {
          const built = buildAny(express, plan);
          if (built === undefined) return;
          const { app, send } = built;
          if (!passes(app)) return;
          seen.passed += 1;
          if (auditRoutes(app).routes.some(({ access }) => access === 'guarded'))
            seen.withGuards += 1;
          for (const { method, url } of hostileRequests(plan, createPicker(seed), REQUESTS)) {
            const { reached, status } = await send(method, url);
            if (status === 401) seen.refused += 1;
            expect({ method, url, reached }).toEqual({ method, url, reached: [] });
          }
        },
      );
      await fc.assert(property, {
        numRuns: runs,
        seed: SEED,
        reporter: (details) => {
          if (details.failed) throw new Error(describeFailure(details));
        },
      });
      process.stdout.write(
        `Express ${version}: ${runs} applications, seed ${SEED}; ${seen.passed} passed, ` +
          `${seen.withGuards} of them with guarded routes; ${seen.refused} requests were refused\n`,
      );
      expect(seen.withGuards / runs).toBeGreaterThan(LEAST_SHARE);
      expect(seen.refused).toBeGreaterThan(runs);
    }, 600_000);
  },
);

/** Express throws for some combinations of paths. */
function buildAny(...args: Parameters<typeof buildApplication>): PlannedApplication | undefined {
  try {
    return buildApplication(...args);
  } catch {
    return undefined;
  }
}

function passes(app: Parameters<typeof expectAllGuarded>[0]): boolean {
  try {
    expectAllGuarded(app);
    return true;
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) return false;
    throw error;
  }
}

function describeFailure({
  counterexample,
  seed,
  counterexamplePath,
  errorInstance,
}: fc.RunDetails<[readonly Mounting[], number]>): string {
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `seed ${seed}, path ${String(counterexamplePath)}\n${fc.stringify(counterexample)}\n${why}`;
}
