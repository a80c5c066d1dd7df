/**
 * With what the page may read from the process.
 *
 * @module
 */

/**
 * How the page is protected: `key` by the key of the process, `token` by a guard that accepts access tokens,
 * `none` by something in front of everything, such as a proxy.
 */
export type AccessKind = 'key' | 'token' | 'none';

/** With what the page may read from the process. */
export interface Access {
  readonly kind: AccessKind;
  /** The key or the access token; `undefined` until there is one. */
  readonly credential: string | undefined;
}

const STORED = 'scopegate-inspector-key';

/**
 * Moves the key out of the address into the storage of the tab, where it survives a reload. Neither is sent to
 * the process, or kept once the tab is closed. A page that is protected otherwise reads no address: a link must
 * not choose its access token.
 */
export function readAccess(): Access {
  const kind = readKind(document.documentElement.dataset['access']);
  if (kind !== 'key') return { kind, credential: undefined };
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return { kind, credential: readStored() ?? undefined };
  history.replaceState(null, '', `${location.pathname}${location.search}#/overview`);
  store(key);
  return { kind, credential: key };
}

/** Whether the address contains a key that the page reads. */
export function hasKeyInAddress({ kind }: Access): boolean {
  return kind === 'key' && new URLSearchParams(location.hash.slice(1)).has('key');
}

/** The value of the field `Authorization`; `undefined` for none. */
export function formatAuthorization({ credential }: Access): string | undefined {
  return credential === undefined ? undefined : `Bearer ${credential}`;
}

function readKind(text: string | undefined): AccessKind {
  return text === 'token' || text === 'none' ? text : 'key';
}

function readStored(): string | null {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    // The browser forbids storage: the key is lost on reload.
    return null;
  }
}

function store(key: string): void {
  try {
    sessionStorage.setItem(STORED, key);
  } catch {
    // As above.
  }
}
