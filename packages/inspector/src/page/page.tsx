/**
 * Starts the page.
 *
 * @module
 */
import { render } from 'preact';
import { createStore } from '../page-state/store.js';
import { hasKeyInAddress, readAccess } from './access.js';
import { App } from './app.js';

const access = createStore(readAccess());
// Before the views listen: an address with another key may be opened in the tab of an ended process.
addEventListener('hashchange', () => {
  if (hasKeyInAddress(access.get())) access.set(readAccess());
});
render(<App access={access} />, document.body);
