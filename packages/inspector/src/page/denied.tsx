/**
 * What is shown instead of the views when the process refuses the page.
 *
 * @module
 */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ConnectionStatus } from '../page-state/live-state.js';
import type { Store } from '../page-state/store.js';
import type { Access } from './access.js';

/** Asks for what is missing. */
export function Denied(props: { access: Store<Access>; status: ConnectionStatus }): JSX.Element {
  const { kind, credential } = props.access.get();
  const status = props.status.kind === 'denied' ? props.status.status : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  // Before the browser paints: the focus never leaves a field that is used already.
  useLayoutEffect(() => {
    document.title = 'Denied · Scopegate inspector';
    heading.current?.focus();
  }, []);
  return (
    <main class="denied">
      <h1 ref={heading} tabIndex={-1}>
        {kind === 'token' && credential === undefined ? 'Access token required' : 'Denied'}
      </h1>
      {kind === 'key' && <KeyHint status={status} />}
      {kind === 'token' && <TokenForm access={props.access} status={status} />}
      {kind === 'none' && (
        <p>
          What protects this page has {status === 0 ? 'redirected' : 'refused'} the request
          {status !== 0 && <> (status {status})</>}. Log in again.
        </p>
      )}
    </main>
  );
}

function KeyHint({ status }: { status: number | undefined }): JSX.Element {
  if (status === 403 || status === 421) {
    return (
      <p>
        The page is served to this machine alone: not through a proxy, and only at{' '}
        <code>127.0.0.1</code>, <code>localhost</code> or <code>[::1]</code>. Forward the port
        instead, for example with <code>ssh -L</code> or <code>kubectl port-forward</code>.
      </p>
    );
  }
  return (
    <>
      <p>
        Open the address that the process printed. It ends with <code>#key=…</code>, and each
        process has another key.
      </p>
      <p class="hint">If the process was restarted, its new address is in its output.</p>
    </>
  );
}

function TokenForm(props: { access: Store<Access>; status: number | undefined }): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    const credential = field.current?.value.trim() ?? '';
    if (credential !== '') props.access.set({ kind: 'token', credential });
  };
  return (
    <form class="sign-in" onSubmit={submit}>
      {props.status !== undefined && (
        <p class="problem" role="alert">
          The guard in front of this page has refused the token (status {props.status}).
        </p>
      )}
      <label for="access-token">An access token that the guard in front of this page accepts</label>
      <input
        id="access-token"
        ref={field}
        type="password"
        autocomplete="off"
        spellcheck={false}
        required
      />
      <p class="hint">It stays in the memory of this tab, and is sent to this process alone.</p>
      <button type="submit" class="primary">
        Open
      </button>
    </form>
  );
}
