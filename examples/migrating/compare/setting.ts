/**
 * The authorization servers of the comparison: one with tokens of RFC 9068, and Amazon Cognito.
 *
 * @module
 */
import { createTestIssuer, type TestIssuer, type TokenOverrides } from '@scopegate/testing';

/** An authorization server, and what the requests of the comparison need to know about it. */
export interface Setting {
  readonly issuer: TestIssuer;
  /** The scope that creating an order requires. */
  readonly writeScope: string;
  /** Makes a valid token one for another API. */
  readonly forAnotherApi: TokenOverrides;
}

/** The API that tokens are for. */
export const AUDIENCE = 'https://orders.example.com';

/** The user pool, and the app client that may call the API. */
export const POOL = { userPoolId: 'eu-central-1_Ab12Cd34E', clientId: 'orders-web' };

const POOL_ISSUER = `https://cognito-idp.eu-central-1.amazonaws.com/${POOL.userPoolId}`;

/** Opens an authorization server on loopback, because most libraries fetch keys over HTTP. */
export async function openLoopbackSetting(): Promise<Setting> {
  const issuer = await createTestIssuer({ audience: AUDIENCE });
  const forAnotherApi = { audience: 'https://invoices.example.com' };
  return { issuer, writeScope: 'write:orders', forAnotherApi };
}

/** Imitates a user pool, which is reached without a socket: libraries derive its URL from its id. */
export async function openCognitoSetting(): Promise<Setting> {
  const { clientId } = POOL;
  const issuer = await createTestIssuer({ like: 'cognito', issuer: POOL_ISSUER, clientId });
  return { issuer, writeScope: 'orders/write', forAnotherApi: { clientId: 'invoices-web' } };
}
