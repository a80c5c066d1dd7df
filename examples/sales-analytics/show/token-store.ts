/**
 * The memory of the authorization server.
 *
 * @module
 */
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** Creates the adapters of `oidc-provider`, which keep opaque tokens until the process ends. */
export function createTokenStore(): (model: string) => Adapter {
  const stored = new Map<string, AdapterPayload>();
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`;
    return {
      upsert(id, payload) {
        stored.set(keyOf(id), payload);
        return nothing();
      },
      find: (id) => Promise.resolve(stored.get(keyOf(id))),
      destroy(id) {
        stored.delete(keyOf(id));
        return nothing();
      },
      findByUserCode: nothing,
      findByUid: nothing,
      consume: nothing,
      revokeByGrantId: nothing,
    };
  };
}
