import { expect, it } from 'vitest';
import { describeInBrowser } from './support/chromium.js';
import { startInspector, waitUntilLive } from './support/open-inspector.js';

describeInBrowser('policy of the page', (browser) => {
  it.each([
    ["document.body.insertAdjacentHTML('beforeend', '<b>markup</b>')", 'TrustedHTML'],
    ["document.body.setAttribute('onclick', 'alert(1)')", 'TrustedScript'],
    ["trustedTypes.createPolicy('any', {})", 'disallowed'],
    ["document.createElement('script').text = 'alert(1)'", 'TrustedScript'],
  ])('forbids %s', async (script, expected) => {
    // The page reports what it refuses, so this test has a window that expects reports.
    const inspector = await startInspector();
    const context = await browser().newContext();
    try {
      const page = await context.newPage();
      await page.goto(inspector.url);
      await waitUntilLive(page);
      const message = await page.evaluate(
        `(() => { try { ${script}; return 'done'; } catch (error) { return error.message; } })()`,
      );
      expect(message).toContain(expected);
    } finally {
      await context.close();
    }
  });
});
