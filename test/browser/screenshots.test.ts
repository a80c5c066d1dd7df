import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../workspace/workspace.js';
import { describeInBrowser } from './support/chromium.js';
import { openView, waitUntilLive } from './support/open-inspector.js';
import { openPage } from './support/open-page.js';
import { SAMPLE_ANSWERS, SAMPLE_START } from './support/sample-answers.js';
import { ScriptedInspector } from './support/scripted-inspector.js';

/** `SCREENSHOTS=1 npm run test:browser -- screenshots` writes them into the package, for its README. */
const folder =
  process.env['SCREENSHOTS'] === '1' ? join(root, 'packages/inspector/screenshots') : undefined;

const MAX_BYTES = 150_000;
const VIEWS = ['overview', 'decisions', 'routes', 'keys', 'privileges', 'explain'] as const;

describeInBrowser('screenshots', (browser) => {
  it.each(
    VIEWS.flatMap((view) => (['light', 'dark'] as const).map((scheme) => ({ view, scheme }))),
  )('of $view in $scheme are small enough for the README', async ({ view, scheme }) => {
    const inspector = new ScriptedInspector(SAMPLE_ANSWERS, SAMPLE_START);
    await inspector.listen();
    onTestFinished(() => inspector.close());
    const { page } = await openPage(browser(), inspector.url, {
      colorScheme: scheme,
      viewport: { width: 1200, height: 820 },
    });
    await waitUntilLive(page);
    await openView(page, inspector.origin, view);
    if (view === 'decisions') {
      await page
        .getByRole('row')
        .filter({ hasText: 'refused' })
        .getByRole('button')
        .first()
        .click();
      await page.getByText('To fix').waitFor();
    }
    if (view === 'explain') {
      await page
        .getByLabel('Access token')
        .fill('eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('Causes').waitFor();
    }
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    const path = folder === undefined ? {} : { path: join(folder, `${view}-${scheme}.png`) };
    const image = await page.screenshot(path);
    expect(image.byteLength).toBeLessThan(MAX_BYTES);
    if ('path' in path) expect(statSync(path.path).size).toBe(image.byteLength);
  });
});
