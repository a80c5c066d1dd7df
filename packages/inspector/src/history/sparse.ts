/**
 * Data before it is written as JSON.
 *
 * @module
 */

/** An object whose absent members may be present as `undefined`: JSON leaves them out. */
export type Sparse<Value> = { readonly [Name in keyof Value]: Value[Name] | undefined };
