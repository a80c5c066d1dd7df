/**
 * The storage of the authorization server. The storage that `oidc-provider` has by default prints a
 * warning, because it must not be used in production; this one must not be either.
 *
 * @module
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Creates the storage for one kind of model, such as grants or refresh tokens. */
export function createMemoryAdapter(): Adapter {
  const rows = new Map<string, AdapterPayload>();
  const find = (isRow: (row: AdapterPayload) => boolean): Promise<AdapterPayload | undefined> =>
    Promise.resolve([...rows.values()].find(isRow));
  return {
    upsert(id, payload) {
      rows.set(id, payload);
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(rows.get(id)),
    findByUid: (uid) => find((row) => row.uid === uid),
    findByUserCode: (userCode) => find((row) => row.userCode === userCode),
    consume(id) {
      const row = rows.get(id);
      if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy(id) {
      rows.delete(id);
      return Promise.resolve();
    },
    revokeByGrantId(grantId) {
      for (const [id, row] of rows) if (row.grantId === grantId) rows.delete(id);
      return Promise.resolve();
    },
  };
}
