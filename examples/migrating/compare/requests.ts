/**
 * The requests of the comparison. Each is sent to every app, before and after.
 *
 * @module
 */
import { createProofKey, type ForgeryName } from '@scopegate/testing';
import type { Setting } from './setting.js';

/**
 * What happens at the authorization server before the request: it goes down before or after the app has
 * fetched its keys, or it signs with a new key right after.
 */
export type Incident = 'down' | 'down later' | 'new key';

type MakeFields = (setting: Setting, url: URL) => Readonly<Record<string, string>>;

/** One request. */
export interface ComparedRequest {
  /** @defaultValue `'GET'` */
  readonly method?: 'POST' | 'OPTIONS';
  /** @defaultValue `'/v1/orders'` */
  readonly path?: string;
  /** The header fields, created after the incident. */
  readonly headers?: MakeFields;
  /** Whether the token is sent in the query instead of the header. */
  readonly isTokenInQuery?: true;
  readonly incident?: Incident;
}

const ANN = { subject: 'ann' };

const valid: MakeFields = ({ issuer }) => issuer.bearer(ANN);

const inLowerCase: MakeFields = ({ issuer }) => {
  return { authorization: issuer.bearer(ANN).authorization.replace('Bearer', 'bearer') };
};

const forged = (name: ForgeryName): MakeFields => {
  return ({ issuer }) => issuer.bearer[name](ANN);
};

const withScope = (suffix: string): MakeFields => {
  return ({ issuer, writeScope }) => {
    return issuer.bearer({ ...ANN, scope: `openid ${writeScope}${suffix}` });
  };
};

const sending = (authorization: string): MakeFields => {
  return () => ({ authorization });
};

const proofKey = createProofKey();

const withProof: MakeFields = ({ issuer }, { href: url }) => {
  const { authorization } = issuer.bearer({ ...ANN, boundTo: proofKey });
  return proofKey.headers({ token: authorization.replace('Bearer ', ''), method: 'GET', url });
};

const preflight: MakeFields = () => ({
  origin: 'https://shop.example.com',
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
});

/** The requests by the names that the README shows, in its order. */
export const REQUESTS = {
  'no token, public route': { path: '/health' },
  'a valid token': { headers: valid },
  'a valid token, claims are read': { path: '/v1/me', headers: valid },
  'a valid token with the scope': { method: 'POST', headers: withScope('') },
  'a valid token, scheme `bearer` in lower case': { headers: inLowerCase },
  'a valid token, the user does not exist': {
    headers: ({ issuer }) => issuer.bearer({ subject: 'bob' }),
  },
  'a token with a new key, just after the keys were fetched': {
    headers: valid,
    incident: 'new key',
  },
  'a valid token, keys known, authorization server down': {
    headers: valid,
    incident: 'down later',
  },
  'a valid token, no keys yet, authorization server down': { headers: valid, incident: 'down' },
  'no token': {},
  '`Basic` credentials': { headers: sending('Basic b3JkZXJzOnNlY3JldA==') },
  'malformed credentials (`Bearer a b`)': { headers: sending('Bearer a b') },
  'an opaque token': { headers: sending('Bearer 2YotnFZFEjr1zCsicMWpAA') },
  'a valid token in the query (`?access_token=`)': { headers: valid, isTokenInQuery: true },
  'an expired token': { headers: forged('expired') },
  'a token that is not valid yet (`nbf`)': { headers: forged('notYetValid') },
  'a token without `exp`': { headers: forged('noExpiry') },
  'a token of another issuer': { headers: forged('wrongIssuer') },
  'a token for another API': {
    headers: ({ issuer, forAnotherApi }) => issuer.bearer(forAnotherApi),
  },
  'a token signed by another key': { headers: forged('foreignKey') },
  'an unsigned token (`alg: none`)': { headers: forged('algNone') },
  'an ID token': { headers: forged('idToken') },
  'a logout token (`typ: logout+jwt`)': { headers: forged('logoutToken') },
  'a token bound to a DPoP key, sent as a bearer token': { headers: forged('senderConstrained') },
  'a token bound to a DPoP key, sent with a proof': { headers: withProof },
  'a token without the scope': { method: 'POST', headers: valid },
  'a token with a longer scope (`write:orders.draft`)': {
    method: 'POST',
    headers: withScope('.draft'),
  },
  'no token, optional route': { path: '/prices' },
  'a valid token, optional route': { path: '/prices', headers: valid },
  'an expired token, optional route': { path: '/prices', headers: forged('expired') },
  'a CORS preflight': { method: 'OPTIONS', headers: preflight },
} as const satisfies Readonly<Record<string, ComparedRequest>>;

/** The name of a request. */
export type RequestName = keyof typeof REQUESTS;

/** The names of the requests, in the order of the README. */
export const REQUEST_NAMES = Object.keys(REQUESTS) as readonly RequestName[]; // it has no other keys
