import { expectAllGuarded, auditRoutes } from '@scopegate/express';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPRESS_VERSIONS } from '../support/express-versions.js';
import { applicationPlans, type Mounting } from './application-plan.js';
import { createPicker, hostileRequests, requestSeeds } from './hostile-requests.js';
import { buildApplication, type PlannedApplication } from './planned-application.js';

// Set by run.mjs; the default is what fits into every run of all tests.
const RUNS = Number(process.env['AUDIT_RUNS'] ?? 500);
// Every run of all tests asks the same; `npm run test:audit` looks at others.
const SEED = Number(process.env['AUDIT_SEED'] ?? 20_261_121);
const REQUESTS = 60;

/** The part of the applications that have to pass with a guarded route, so that the test shows something. */
const LEAST_SHARE = 0.1;

describe.each(EXPRESS_VERSIONS)(
  'the audit of random applications on Express $version',
  ({ version, express }) => {
    it(`lets none pass of which a request without a token reaches a handler, by seed ${SEED}`, async () => {
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

/** Some paths that are put together Express itself refuses. */
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
