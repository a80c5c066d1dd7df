import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './support/chromium.js';
import { openInspector } from './support/open-inspector.js';
import { SAMPLE_ANSWERS } from './support/sample-answers.js';

const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.canary-of-the-pasted-token.c2ln';

/** Pastes the token and waits for its explanation. */
async function explain(page: Page): Promise<void> {
  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Explain' }).click();
  await page.getByText('refused: audience').waitFor();
}

/** Everything that the page could have kept. */
function readTraces(page: Page): Promise<string> {
  return page.evaluate(
    `JSON.stringify([
      location.href, document.cookie, document.title, JSON.stringify(history.state),
      Object.entries(localStorage), Object.entries(sessionStorage),
      performance.getEntriesByType('resource').map(({ name }) => name),
      document.documentElement.outerHTML,
    ])`,
  );
}

describeInBrowser('explanation of a token', (browser) => {
  it('shows the verdict, the causes, every check and the fixes', async () => {
    const { page } = await openInspector(browser(), { view: 'explain' });
    await explain(page);
    await page.getByText('1 of 5 checks failed').waitFor();
    await page.getByText('audience_is_client_id').waitFor();
    await page.getByText('send the access token instead of the ID token').waitFor();
    const failed = page.getByRole('row').filter({ hasText: 'failed' });
    expect(await failed.innerText()).toMatch(/"https:\/\/api\.example\.com"[\s\S]*"my-client"/);
    await page.getByText('ES256, ec, kid main-2').waitFor();
  });

  it('sends the token in the body of one request, with the server and the scope, and keeps it nowhere', async () => {
    const { page, inspector } = await openInspector(browser(), { view: 'explain?server=sales' });
    await page.getByLabel('Required scope').fill('read:analytics');
    await explain(page);
    const carriers = inspector.requests.filter((request) =>
      JSON.stringify(request).includes(TOKEN),
    );
    expect(carriers.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST api/explain']);
    expect(JSON.parse(carriers[0]?.body ?? '')).toEqual({
      token: TOKEN,
      server: 'sales',
      scope: 'read:analytics',
    });
    // The field itself has it, but neither the document nor anything that outlives it.
    expect(await readTraces(page)).not.toContain('canary-of-the-pasted-token');
    await page.getByRole('link', { name: 'Overview' }).click();
    // Until the page has left the view, going back finds the same one.
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Explain a token' }).waitFor();
    expect(await page.getByLabel('Access token').inputValue()).toBe('');
    expect(await page.getByText('refused: audience').count()).toBe(0);
  });

  it('forgets the token by Clear, after ten minutes, and when the page is left', async () => {
    const { page, inspector } = await openInspector(browser(), {
      view: 'explain',
      context: { hasClock: true },
    });
    const field = page.getByLabel('Access token');
    await explain(page);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('refused: audience').waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe('');
    await explain(page);
    await page.clock.runFor(601_000);
    await expect.poll(() => field.inputValue()).toBe('');
    await explain(page);
    await page.evaluate("dispatchEvent(new Event('pagehide'))");
    expect(await field.inputValue()).toBe('');
    await field.fill(TOKEN);
    await page.goto(`${inspector.origin}/page/icon.svg`);
    await page.goBack();
    await page.getByRole('heading', { name: 'Explain a token' }).waitFor();
    expect(await field.inputValue()).toBe('');
  });

  it('does not show an answer that arrives after Clear', async () => {
    const { page } = await openInspector(browser(), { view: 'explain' });
    let release: () => void = () => undefined;
    const cleared = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/api/explain', async (route) => {
      await cleared;
      await route.continue();
    });
    await page.getByLabel('Access token').fill(TOKEN);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('button', { name: 'Clear' }).click();
    const answered = page.waitForResponse('**/api/explain');
    release();
    await (await answered).finished();
    // The page reads the answer before that of a later request.
    await page.evaluate("fetch('./page/page.css').then((response) => response.text())");
    expect(await page.getByText('refused: audience').count()).toBe(0);
  });

  it('keeps browsers from completing, checking or correcting the field', async () => {
    const { page } = await openInspector(browser(), { view: 'explain' });
    const field = page.getByLabel('Access token');
    expect(await field.getAttribute('autocomplete')).toBe('off');
    expect(await field.getAttribute('spellcheck')).toBe('false');
    expect(await field.getAttribute('autocapitalize')).toBe('off');
  });

  it.each([
    [413, 'The token is too long: a request may have 32 KiB.'],
    [500, 'The process answered with an unexpected response (status 500).'],
    [503, 'The process is busy.'],
  ])('shows why it was not explained: status %i', async (status, expected) => {
    const { page } = await openInspector(browser(), {
      view: 'explain',
      answers: { explain: status },
    });
    await page.getByLabel('Access token').fill(TOKEN);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByText(expected).waitFor();
  });

  it('says why it is off, and which command does the same', async () => {
    const { overview } = SAMPLE_ANSWERS;
    const off = typeof overview === 'number' ? overview : { ...overview, isExplainOn: false };
    const { page } = await openInspector(browser(), {
      view: 'explain',
      answers: { overview: off },
    });
    await page.getByText('Explaining tokens is switched off.').waitFor();
    await page.getByText('npx scopegate explain').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
  });
});
