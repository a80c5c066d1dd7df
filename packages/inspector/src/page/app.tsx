/**
 * The frame of the page: header, navigation, banner, and the view.
 *
 * @module
 */
import type { JSX } from 'preact';
import {
  useCallback,
  useEffect,
  useErrorBoundary,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'preact/hooks';
import type { Overview, ReasonText } from '../wire.js';
import { type Address, parseAddress, type ViewName } from '../page-state/address.js';
import { createApiClient } from '../page-state/api-client.js';
import { connect, type Connection } from '../page-state/connection.js';
import { INITIAL_STATE, type LiveState } from '../page-state/live-state.js';
import { createStore, type Store } from '../page-state/store.js';
import { type Access, formatAuthorization } from './access.js';
import { DecisionsView } from '../page-views/decisions-view.js';
import { Denied } from './denied.js';
import { ExplainView } from '../page-views/explain-view.js';
import { Announcer, Banner, Header, Navigation } from './frame.js';
import { KeysView } from '../page-views/keys-view.js';
import { OverviewView } from '../page-views/overview-view.js';
import { PrivilegesView } from '../page-views/privileges-view.js';
import { RoutesView } from '../page-views/routes-view.js';
import { Notice } from '../page-elements/notice.js';
import { type Session, SessionContext, useAnswer } from '../page-elements/session.js';
import { useStore } from '../page-elements/use-store.js';

const TITLES: Readonly<Record<ViewName, string>> = {
  overview: 'Overview',
  decisions: 'Decisions',
  routes: 'Routes',
  keys: 'Keys',
  privileges: 'Privileges',
  explain: 'Explain a token',
};

const API = './api/';

/** The page. */
export function App({ access }: { access: Store<Access> }): JSX.Element {
  const current = useStore(access);
  const [store] = useState(() => createStore<LiveState>(INITIAL_STATE));
  const authorization = formatAuthorization(current);
  const isMissing = current.kind !== 'none' && authorization === undefined;
  const connection = useRef<Connection | undefined>(undefined);
  useEffect(() => {
    if (isMissing) return undefined;
    store.set({ ...store.get(), status: { kind: 'connecting' } });
    const opened = connect({ store, authorization, url: `${API}stream` });
    connection.current = opened;
    return () => {
      opened.close();
    };
  }, [store, current, authorization, isMissing]);
  const live = useStore(store);
  const isDenied = isMissing || live.status.kind === 'denied';
  if (isDenied) return <Denied access={access} status={live.status} />;
  return (
    <Views
      live={live}
      authorization={authorization}
      onRetry={() => {
        connection.current?.retry();
      }}
    />
  );
}

function Views(props: {
  live: LiveState;
  authorization: string | undefined;
  onRetry: () => void;
}): JSX.Element {
  const { live, authorization } = props;
  const api = useMemo(() => createApiClient(API, authorization), [authorization]);
  const [frozen, setFrozen] = useState<LiveState | undefined>();
  const address = useAddress();
  const reasons = useReasons(api, live.hello?.boot);
  const session: Session = {
    api,
    live: frozen ?? live,
    newest: live,
    isPaused: frozen !== undefined,
    showNewest: () => {
      if (frozen !== undefined) setFrozen(live);
    },
    address,
    reasons,
  };
  const togglePause = useCallback(() => {
    setFrozen((before) => (before === undefined ? live : undefined));
  }, [live]);
  return (
    <SessionContext.Provider value={session}>
      <Header
        live={live}
        isPaused={session.isPaused}
        onPause={togglePause}
        onRetry={props.onRetry}
        onSkip={focusView}
      />
      <Navigation current={address.view} />
      <ViewWithBanner address={address} isLost={live.hello !== undefined && isLost(live)} />
      <Announcer live={live} isPaused={session.isPaused} />
    </SessionContext.Provider>
  );
}

function isLost({ status }: LiveState): boolean {
  return status.kind !== 'live' && status.kind !== 'connecting';
}

function ViewWithBanner({ address, isLost }: { address: Address; isLost: boolean }): JSX.Element {
  const overview = useAnswer<Overview>('overview');
  return (
    <>
      <Banner overview={overview.data} />
      <main class={isLost ? 'lost' : ''}>
        <h1 id="view" tabIndex={-1}>
          {TITLES[address.view]}
        </h1>
        <View key={address.view} name={address.view} overview={overview.data} />
      </main>
    </>
  );
}

function View({ name, overview }: { name: ViewName; overview: Overview | undefined }): JSX.Element {
  const error: unknown = useErrorBoundary()[0];
  if (error !== undefined) {
    return (
      <Notice tone="bad" title="This view cannot show what the process has sent.">
        <p>Reload the page: the process may have another version by now.</p>
      </Notice>
    );
  }
  switch (name) {
    case 'overview':
      return <OverviewView overview={overview} />;
    case 'decisions':
      return <DecisionsView />;
    case 'routes':
      return <RoutesView />;
    case 'keys':
      return <KeysView />;
    case 'privileges':
      return <PrivilegesView />;
    case 'explain':
      return <ExplainView overview={overview} />;
  }
}

/** The address; a new view gets the focus on its heading, and the title of the window. */
function useAddress(): Address {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  const shown = useRef<ViewName | undefined>(undefined);
  // Layout effects: no change of the address is missed, and no key is pressed before the focus has moved.
  useLayoutEffect(() => {
    const update = (): void => {
      setAddress(parseAddress(location.hash));
    };
    addEventListener('hashchange', update);
    return () => {
      removeEventListener('hashchange', update);
    };
  }, []);
  useLayoutEffect(() => {
    document.title = `${TITLES[address.view]} · Scopegate inspector`;
    if (shown.current !== undefined && shown.current !== address.view) focusView();
    shown.current = address.view;
  }, [address.view]);
  return address;
}

function focusView(): void {
  document.getElementById('view')?.focus();
  scrollTo(0, 0);
}

/** What the reasons mean, read once for each process. */
function useReasons(
  api: Session['api'],
  boot: string | undefined,
): ReadonlyMap<string, ReasonText> {
  const [reasons, setReasons] = useState<ReadonlyMap<string, ReasonText>>(new Map());
  useEffect(() => {
    if (boot === undefined) return;
    void api
      .get<readonly ReasonText[]>('reasons')
      .then((texts) => {
        setReasons(new Map(texts.map((text) => [text.reason, text])));
      })
      // The rows show the reasons without their texts.
      .catch(() => undefined);
  }, [api, boot]);
  return reasons;
}
