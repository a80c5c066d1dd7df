/**
 * The libraries, with their apps and what is known to differ.
 *
 * @module
 */
import type { RequestListener } from 'node:http';
import { createApp as createAwsJwtVerifyApp } from '../after/aws-jwt-verify.js';
import { createApp as createExpressJwtApp } from '../after/express-jwt.js';
import { createApp as createBearerApp } from '../after/express-oauth2-jwt-bearer.js';
import { createApp as createJoseApp } from '../after/jose.js';
import { createApp as createPassportJwtApp } from '../after/passport-jwt.js';
import { REQUEST_NAMES, type RequestName } from './requests.js';
import { openCognitoSetting, openLoopbackSetting, POOL, type Setting } from './setting.js';

/** A library that applications move from. */
export interface Library {
  /** The name of the library, and of both of its apps. */
  readonly name: string;
  /** What the app before installs besides Express. */
  readonly packages: readonly string[];
  readonly openSetting: () => Promise<Setting>;
  /** Creates the app after. */
  readonly createAfter: (setting: Setting) => RequestListener;
  /** The realm of the challenges of the app after. */
  readonly realm: string;
  /** The requests that its apps have a route for. */
  readonly requests: readonly RequestName[];
  /** The status before, for each request whose status after is another one. */
  readonly statusBefore: Readonly<Partial<Record<RequestName, number>>>;
}

/** In the order of the README. */
export const LIBRARIES: readonly Library[] = [
  {
    name: 'express-oauth2-jwt-bearer',
    packages: ['express-oauth2-jwt-bearer'],
    ...onLoopback(createBearerApp),
    requests: requestsFor('optional route'),
    statusBefore: {
      'a token with a new key, just after the keys were fetched': 401,
      'a valid token, no keys yet, authorization server down': 401,
      '`Basic` credentials': 400,
      'a valid token in the query (`?access_token=`)': 200,
      'an ID token': 200,
      'a logout token (`typ: logout+jwt`)': 200,
      'a token bound to a DPoP key, sent with a proof': 200,
      'an expired token, optional route': 200,
    },
  },
  {
    name: 'express-jwt',
    packages: ['express-jwt', 'jwks-rsa', 'express-jwt-permissions'],
    ...onLoopback(createExpressJwtApp),
    requests: requestsFor('optional route'),
    statusBefore: {
      'a valid token, no keys yet, authorization server down': 500,
      'malformed credentials (`Bearer a b`)': 401,
      'a token without `exp`': 200,
      'an ID token': 200,
      'a logout token (`typ: logout+jwt`)': 200,
      'a token bound to a DPoP key, sent as a bearer token': 200,
      'a CORS preflight': 200,
    },
  },
  {
    name: 'passport-jwt',
    packages: ['passport', 'passport-jwt', 'passport-anonymous', 'jwks-rsa'],
    ...onLoopback(createPassportJwtApp),
    requests: requestsFor('optional route', 'the user does not exist'),
    statusBefore: {
      'a valid token, the user does not exist': 401,
      'a valid token, no keys yet, authorization server down': 401,
      'malformed credentials (`Bearer a b`)': 401,
      'a token without `exp`': 200,
      'an ID token': 200,
      'a logout token (`typ: logout+jwt`)': 200,
      'a token bound to a DPoP key, sent as a bearer token': 200,
      'an expired token, optional route': 200,
    },
  },
  {
    name: 'aws-jwt-verify',
    packages: ['aws-jwt-verify'],
    openSetting: openCognitoSetting,
    createAfter: ({ issuer: { fetch, clock } }) => createAwsJwtVerifyApp(POOL, { fetch, clock }),
    realm: 'api',
    requests: requestsFor(),
    statusBefore: {
      'a valid token, no keys yet, authorization server down': 401,
      'malformed credentials (`Bearer a b`)': 401,
      'a token without `exp`': 200,
      'a logout token (`typ: logout+jwt`)': 200,
      'a token bound to a DPoP key, sent as a bearer token': 200,
      'a token bound to a DPoP key, sent with a proof': 200,
      'a token without the scope': 401,
      'a token with a longer scope (`write:orders.draft`)': 401,
    },
  },
  {
    name: 'jose',
    packages: ['jose'],
    ...onLoopback(createJoseApp),
    requests: requestsFor(),
    statusBefore: {
      'a valid token, scheme `bearer` in lower case': 401,
      'a token with a new key, just after the keys were fetched': 401,
      'a valid token, no keys yet, authorization server down': 401,
      'malformed credentials (`Bearer a b`)': 401,
      'a token without `exp`': 200,
      'an ID token': 200,
      'a logout token (`typ: logout+jwt`)': 200,
      'a token bound to a DPoP key, sent as a bearer token': 200,
      'a token with a longer scope (`write:orders.draft`)': 201,
    },
  },
];

function onLoopback(
  createApp: (trust: ReturnType<Setting['issuer']['options']>) => RequestListener,
): Pick<Library, 'openSetting' | 'createAfter' | 'realm'> {
  return {
    openSetting: openLoopbackSetting,
    createAfter: ({ issuer }) => createApp(issuer.options()),
    realm: 'https://orders.example.com',
  };
}

/** Routes that only some apps have, and how the names of their requests end. */
type Feature = 'optional route' | 'the user does not exist';

function requestsFor(...features: readonly Feature[]): readonly RequestName[] {
  const others = (['optional route', 'the user does not exist'] as const).filter(
    (feature) => !features.includes(feature),
  );
  return REQUEST_NAMES.filter((name) => !others.some((feature) => name.endsWith(feature)));
}
