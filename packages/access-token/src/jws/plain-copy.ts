/**
 * Frozen copies of plain data.
 *
 * @module
 */
import { types } from 'node:util';

/** A copy of a value. */
export interface PlainCopy {
  readonly value: unknown;
  /** Whether the value cannot change, because all of it is plain data. */
  readonly isPlain: boolean;
  /** Its memory, including strings, in bytes: an upper estimate. */
  readonly heapBytes: number;
}

// Memory of an object or array, a property and a string in V8, rounded up.
const OBJECT_BYTES = 64;
const PROPERTY_BYTES = 64;
const STRING_BYTES = 32;

/**
 * Copies plain objects and arrays deeply and freezes the copy. The original is not frozen, because it
 * may contain objects that its owner changes later. Shared and circular references are kept.
 *
 * A `Map`, a `Date`, a function, an instance of a class and an accessor are not copied; then the copy
 * is not plain.
 */
export function copyPlain(original: unknown): PlainCopy {
  const copying = new Copying();
  const value = copying.copy(original);
  return { value, isPlain: copying.isPlain, heapBytes: copying.heapBytes };
}

class Copying {
  isPlain = true;
  heapBytes = 0;
  readonly #copies = new Map<object, object>();

  copy(original: unknown): unknown {
    if (typeof original === 'function') this.isPlain = false;
    if (typeof original !== 'object' || original === null) {
      this.heapBytes += bytesOf(original);
      return original;
    }
    const known = this.#copies.get(original);
    if (known !== undefined) return known;
    if (isPlainData(original)) return this.#copyProperties(original);
    this.isPlain = false;
    return original;
  }

  #copyProperties(original: object): object {
    const copy: object = Array.isArray(original)
      ? []
      : (Object.create(Reflect.getPrototypeOf(original)) as object);
    this.#copies.set(original, copy);
    this.heapBytes += OBJECT_BYTES;
    for (const name of Reflect.ownKeys(original)) {
      const property = Reflect.getOwnPropertyDescriptor(original, name);
      if (property === undefined) continue;
      this.heapBytes += PROPERTY_BYTES + bytesOf(name);
      if ('value' in property) property.value = this.copy(property.value);
      else this.isPlain = false;
      Reflect.defineProperty(copy, name, property);
    }
    return Object.freeze(copy);
  }
}

/** Primitives other than strings are stored in the property itself. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return STRING_BYTES + 2 * value.length;
  return typeof value === 'bigint' ? STRING_BYTES + value.toString(16).length : 0;
}

function isPlainData(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const expected = Array.isArray(value) ? Array.prototype : Object.prototype;
  return prototype === expected || (prototype === null && !Array.isArray(value));
}
