/**
 * Opens the page, and watches what it does.
 *
 * @module
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** What no page may do. */
export interface Misbehaviour {
  /** URLs of requests to another origin. */
  readonly foreignRequests: readonly string[];
  /** Messages of dialogs, errors of the page, and reports about its policy. */
  readonly complaints: readonly string[];
}

/** A page, and what it did. */
export interface OpenedPage {
  readonly page: Page;
  readonly misbehaviour: Misbehaviour;
}

/** How to open a page. */
export interface PageOptions extends BrowserContextOptions {
  /** Whether a test moves the clock of the page, by `page.clock`. */
  readonly hasClock?: boolean;
}

/** Failed loads are what tests about an unavailable process cause. */
const EXPECTED = /^Failed to load resource|net::ERR_/;

/**
 * Opens an address in its own window until the running test is over. The test fails if the page sends a
 * request to another origin, throws, opens a dialog or breaks its policy.
 */
export async function openPage(
  browser: Browser,
  url: string,
  { hasClock = false, ...options }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  if (hasClock) await page.clock.install();
  const foreignRequests: string[] = [];
  const complaints: string[] = [];
  const { origin } = new URL(url);
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) foreignRequests.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(dialog.message());
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) {
      complaints.push(message.text());
    }
  });
  onTestFinished(async () => {
    await context.close();
    expect({ foreignRequests, complaints }).toEqual({ foreignRequests: [], complaints: [] });
  });
  await page.goto(url);
  return { page, misbehaviour: { foreignRequests, complaints } };
}
