/**
 * The name of the browser in reports, and how to provide it.
 *
 * @module
 */

/** What is missing where no Chromium is installed. */
export const BROWSER = 'Chromium';

/** How to provide it. */
export const BROWSER_FIXES: Readonly<Record<string, string>> = {
  [BROWSER]:
    'run apt-get install chromium-headless-shell or install Chrome, or set CHROMIUM_PATH to the program ' +
    '(or to none, if there is none)',
};
