/**
 * The Chromium that is installed on this machine.
 *
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestOptions } from 'vitest';
import '../../support/not-run/format-not-run.js';
import { BROWSER } from './browser-program.js';

const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
] as const;

const FOLDERS = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];

const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The program; `undefined` if there is none, or `CHROMIUM_PATH` is `none`. */
const CHROMIUM: string | undefined = findChromium(process.env['CHROMIUM_PATH']);

/** In CI, a run without a browser fails, unless `CHROMIUM_PATH` is `none`. */
const isRequired = Boolean(process.env['CI']) && process.env['CHROMIUM_PATH'] !== 'none';

/**
 * Describes tests in a browser, which is started once for all of them. Without a browser they are skipped and
 * counted at the end of the run; in CI the suite fails.
 *
 * @param body - Gets a function that returns the browser, for use in tests and hooks.
 */
export function describeInBrowser(name: string, body: (browser: () => Browser) => void): void {
  if (CHROMIUM === undefined) {
    describe(name, () => {
      if (isRequired) {
        it('has a browser', () => {
          expect.fail(`${BROWSER} is required; install it, or set CHROMIUM_PATH`);
        });
      }
      const skipped: TestOptions = { skip: true, meta: { missing: [BROWSER] } };
      describe('without a browser', skipped, () => {
        body(() => expect.fail('there is no browser'));
      });
    });
    return;
  }
  describe(name, () => {
    let started: Browser | undefined;
    beforeAll(async () => {
      started = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
    });
    afterAll(async () => {
      await started?.close();
    });
    body(() => started ?? expect.fail('the browser has not started'));
  });
}

function findChromium(given: string | undefined): string | undefined {
  if (given === 'none') return undefined;
  if (given !== undefined && given !== '') {
    if (isProgram(given)) return given;
    throw new Error(`CHROMIUM_PATH must be the path of a program, or none; ${given} is not one`);
  }
  const programs = FOLDERS.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...programs, MAC_CHROME].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
