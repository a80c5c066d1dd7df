/**
 * A scripted inspector, and a page that shows it.
 *
 * @module
 */
import type { Browser, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { openPage, type PageOptions } from './open-page.js';
import { SAMPLE_ANSWERS, SAMPLE_START } from './sample-answers.js';
import {
  type ScriptedAnswers,
  ScriptedInspector,
  type ScriptedStart,
} from './scripted-inspector.js';

/** What the inspector says, and which view is opened. */
export interface InspectorScript {
  readonly answers?: Partial<ScriptedAnswers>;
  readonly start?: ScriptedStart;
  /** The address of the view without `#/`, such as `decisions?outcome=refused`. */
  readonly view?: string;
  readonly context?: PageOptions;
}

/** An inspector and a page. */
export interface OpenedInspector {
  readonly inspector: ScriptedInspector;
  readonly page: Page;
}

/** Starts a scripted inspector and opens its page, both until the running test is over. */
export async function openInspector(
  browser: Browser,
  { answers, start = SAMPLE_START, view, context }: InspectorScript = {},
): Promise<OpenedInspector> {
  const inspector = await startInspector({ ...SAMPLE_ANSWERS, ...answers }, start);
  const { page } = await openPage(browser, inspector.url, context);
  await waitUntilLive(page);
  if (view !== undefined) await openView(page, inspector.origin, view);
  return { inspector, page };
}

/** Starts a scripted inspector until the running test is over. */
export async function startInspector(
  answers: ScriptedAnswers = SAMPLE_ANSWERS,
  start: ScriptedStart = SAMPLE_START,
): Promise<ScriptedInspector> {
  const inspector = new ScriptedInspector(answers, start);
  await inspector.listen();
  onTestFinished(() => inspector.close());
  return inspector;
}

/** Waits until the page has its stream. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page.getByText('live', { exact: true }).waitFor();
}

/** Opens a view as its link does, and waits until the page shows it with its answers. */
export async function openView(page: Page, origin: string, view: string): Promise<void> {
  await page.goto(`${origin}/#/${view}`);
  // Until the page has noticed the new address, it shows the view before it, which is not loading.
  const title = new RegExp(`^${view.split('?')[0] ?? ''}`, 'i');
  await page.locator('h1#view').filter({ hasText: title }).waitFor();
  await page.getByText('Loading').waitFor({ state: 'detached' });
}
