/**
 * Explains why a token is accepted or refused.
 *
 * @module
 */
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ExplainRequest, Explanation, Overview } from '../wire.js';
import { type ApiClient, ApiError } from '../page-state/api-client.js';
import { Notice } from '../page-elements/notice.js';
import { ExplanationPanel } from './explanation-panel.js';
import { useSession } from '../page-elements/session.js';

const KEPT_MS = 600_000;

/** Explains why a token is accepted or refused. The token is in the field alone. */
export function ExplainView({ overview }: { overview: Overview | undefined }): JSX.Element {
  if (overview?.isExplainOn === false) return <ExplainOff />;
  return <ExplainForm servers={overview?.servers ?? []} />;
}

interface Result {
  readonly explanation?: Explanation;
  readonly problem?: string;
}

function ExplainForm({ servers }: { servers: readonly string[] }): JSX.Element {
  const { api } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [result, setResult] = useState<Result>({});
  const [isAsking, setAsking] = useState(false);
  /** Counts what the answers belong to: one that arrives after Clear is not shown. */
  const turn = useRef(0);
  const clear = useCallback(() => {
    turn.current += 1;
    form.current?.reset();
    setResult({});
    setAsking(false);
  }, []);
  useForgetting(clear, result);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const request = form.current === null ? undefined : readRequest(form.current);
    if (request === undefined) return;
    turn.current += 1;
    const asked = turn.current;
    setAsking(true);
    const answer = await ask(api, request);
    if (asked !== turn.current) return;
    setResult(answer);
    setAsking(false);
  };
  return (
    <>
      <form class="explain" ref={form} onSubmit={(event) => void submit(event)} autocomplete="off">
        <TokenField />
        <div class="row">
          <ServerChoice servers={servers} />
          <label>
            Required scope
            <input type="text" name="scope" autocomplete="off" spellcheck={false} />
          </label>
          <button type="submit" class="primary" disabled={isAsking}>
            Explain
          </button>
          <button type="button" onClick={clear}>
            Clear
          </button>
        </div>
      </form>
      <div aria-live="polite">
        {result.problem !== undefined && <Notice tone="bad" title={result.problem} />}
        {result.explanation !== undefined && <ExplanationPanel explanation={result.explanation} />}
      </div>
    </>
  );
}

async function ask(api: ApiClient, request: ExplainRequest): Promise<Result> {
  try {
    return { explanation: await api.explain(request) };
  } catch (error) {
    return { problem: error instanceof ApiError ? error.message : 'The answer could not be read.' };
  }
}

function TokenField(): JSX.Element {
  return (
    <>
      <label for="token">Access token</label>
      <textarea
        id="token"
        name="token"
        rows={5}
        required
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="eyJhbGciOi…"
        aria-describedby="token-hint"
      />
      <p class="hint" id="token-hint">
        The token is sent to this process alone, is not stored, and leaves the page when it is
        cleared or closed, or after 10 minutes.
      </p>
    </>
  );
}

function ServerChoice({ servers }: { servers: readonly string[] }): JSX.Element {
  const { address } = useSession();
  return (
    <label>
      Server
      <select name="server">
        {servers.map((name) => (
          <option key={name} selected={name === address.parameters['server']}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Clears the form when the page is left, also for the back-forward cache, and ten minutes after an answer. */
function useForgetting(clear: () => void, result: Result): void {
  useEffect(() => {
    addEventListener('pagehide', clear);
    return () => {
      removeEventListener('pagehide', clear);
      clear();
    };
  }, [clear]);
  useEffect(() => {
    const timer = setTimeout(clear, KEPT_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [clear, result]);
}

function readRequest(form: HTMLFormElement): ExplainRequest | undefined {
  const data = new FormData(form);
  const read = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const token = read('token').replace(/^(?:Bearer|DPoP) +/i, '');
  const scope = read('scope');
  if (token === '') return undefined;
  const request = { token, server: read('server') };
  return scope === '' ? request : { ...request, scope };
}

function ExplainOff(): JSX.Element {
  return (
    <Notice title="Explaining tokens is switched off.">
      <p>
        It is off by default for a page that is mounted in an application, because it reveals the
        claims of a token. Set the option <code>explain: true</code>, or use the command:
      </p>
      <pre>
        <code>npx scopegate explain --app ./app.js {'<'} token.txt</code>
      </pre>
    </Notice>
  );
}
