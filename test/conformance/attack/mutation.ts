/**
 * Ways to change a valid token.
 *
 * @module
 */
import fc from 'fast-check';
import { derSignature } from '../support/der-signature.js';

/** Changes a token; parts may come from `other`, another valid one. */
export interface Mutation {
  readonly name: string;
  readonly apply: (token: string, other: string) => string;
}

type Parts = readonly [header: string, payload: string, signature: string];

/** A mutation of any kind. Positions are fractions, so that they fit tokens of any length. */
export function mutations(): fc.Arbitrary<Mutation> {
  return fc.oneof(bitFlips(), cuts(), insertions(), splices(), exchanges(), respellings());
}

/** Flips one bit of one character. */
export function flipBit(token: string, place: number, bit: number): string {
  const flipped = String.fromCharCode(token.charCodeAt(place) ^ (1 << bit));
  return token.slice(0, place) + flipped + token.slice(place + 1);
}

/** Decodes a part, flips one bit and encodes it again. */
export function flipDecodedBit(token: string, part: number, bit: number): string {
  return changePart(token, part, (segment) =>
    changeOctets(segment, (octets) => {
      octets[bit >> 3] = (octets[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return octets;
    }),
  );
}

/** The number of bits that a part encodes. */
export function bitsOf(token: string, part: number): number {
  return 8 * Buffer.from(token.split('.')[part] ?? '', 'base64url').length;
}

const fraction = (): fc.Arbitrary<number> =>
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const part = (): fc.Arbitrary<number> => fc.nat(2);

function bitFlips(): fc.Arbitrary<Mutation> {
  const bit = fc.nat(7);
  return fc.oneof(
    fc.tuple(fraction(), bit).map(([place, which]) => ({
      name: `bit ${which} of the character at ${place}`,
      apply: (token: string) => flipBit(token, Math.floor(place * token.length), which),
    })),
    fc.tuple(part(), fraction()).map(([which, place]) => ({
      name: `the decoded bit at ${place} of part ${which}`,
      apply: (token: string) =>
        flipDecodedBit(token, which, Math.floor(place * bitsOf(token, which))),
    })),
  );
}

function cuts(): fc.Arbitrary<Mutation> {
  return fc.tuple(fraction(), fraction(), fc.boolean()).map(([one, two, isOutside]) => ({
    name: `cut from ${one} to ${two}, ${isOutside ? 'outside' : 'inside'}`,
    apply: (token: string) => {
      const [start = 0, end = 0] = [one, two]
        .map((place) => Math.floor(place * (token.length + 1)))
        .sort((a, b) => a - b);
      return isOutside ? token.slice(start, end) : token.slice(0, start) + token.slice(end);
    },
  }));
}

function insertions(): fc.Arbitrary<Mutation> {
  const text = fc.oneof(
    fc.string({ minLength: 1, maxLength: 8 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
    fc.constantFrom('.', '=', '==', ' ', '\t', '\n', '\r\n', '\0', 'A', '-', '_', '%2E', '..'),
  );
  return fc.tuple(fraction(), text).map(([place, inserted]) => ({
    name: `${JSON.stringify(inserted)} at ${place}`,
    apply: (token: string) => {
      const at = Math.floor(place * (token.length + 1));
      return token.slice(0, at) + inserted + token.slice(at);
    },
  }));
}

/** Two tokens cut and joined. */
function splices(): fc.Arbitrary<Mutation> {
  return fc.tuple(fraction(), fraction()).map(([one, two]) => ({
    name: `up to ${one}, then another token's from ${two}`,
    apply: (token: string, other: string) =>
      token.slice(0, Math.floor(one * (token.length + 1))) +
      other.slice(Math.floor(two * (other.length + 1))),
  }));
}

/** Parts of two tokens in any order. */
function exchanges(): fc.Arbitrary<Mutation> {
  const places = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 });
  return places.map((order) => ({
    name: `parts ${order.join('.')} of two tokens`,
    apply: (token: string, other: string) => {
      const all = [...token.split('.'), ...other.split('.')];
      return order.map((place) => all[place]).join('.');
    },
  }));
}

type Respelling = (segment: string) => string;

const PART_RESPELLINGS: Readonly<Record<string, Respelling>> = {
  'one padding character': (segment) => `${segment}=`,
  'padded to four': (segment) => segment.padEnd(Math.ceil(segment.length / 4) * 4, '='),
  'standard alphabet': (segment) => segment.replaceAll('-', '+').replaceAll('_', '/'),
  'base64 of base64': (segment) => Buffer.from(segment).toString('base64url'),
  hexadecimal: (segment) => Buffer.from(segment, 'base64url').toString('hex'),
  'lower case': (segment) => segment.toLowerCase(),
  'upper case': (segment) => segment.toUpperCase(),
  'the same twice': (segment) => segment + segment,
  reversed: (segment) => Array.from(segment).reverse().join(''),
  lines: (segment) => segment.replace(/.{64}/g, '$&\r\n'),
  'percent-encoded': (segment) => segment.replaceAll('-', '%2D').replaceAll('_', '%5F'),
  'full-width letters': (segment) =>
    segment.replace(/[A-Za-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'a zero octet behind': (segment) => changeOctets(segment, (octets) => concat(octets, 0)),
  'a zero octet before': (segment) =>
    changeOctets(segment, (octets) => Buffer.concat([Buffer.from([0]), octets])),
  'a line end behind': (segment) => changeOctets(segment, (octets) => concat(octets, 0x0a)),
  'octets turned': (segment) => changeOctets(segment, (octets) => octets.reverse()),
  UTF16: (segment) =>
    changeOctets(segment, (octets) => Buffer.from(octets.toString('utf8'), 'utf16le')),
  'a mark before': (segment) =>
    changeOctets(segment, (octets) => Buffer.concat([Buffer.from('\ufeff'), octets])),
};

/** Other spellings of the same JSON. */
const JSON_RESPELLINGS: Readonly<Record<string, (json: string) => string>> = {
  indented: (json) => JSON.stringify(JSON.parse(json), null, 1),
  'members turned': (json) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json) as object).reverse())),
  'an escaped letter': (json) =>
    json.replace(/[a-z]/, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
  'an escaped slash': (json) => json.replace('/', '\\/'),
  'one more member': (json) => json.replace('{', '{"x":1,'),
};

function respellings(): fc.Arbitrary<Mutation> {
  const names = [...Object.keys(PART_RESPELLINGS), ...Object.keys(JSON_RESPELLINGS), 'DER'];
  return fc.tuple(fc.constantFrom(...names), part()).map(([name, which]) => ({
    name: `${name}, part ${which}`,
    apply: (token: string) => changePart(token, which, respellingOf(name, which)),
  }));
}

function respellingOf(name: string, which: number): Respelling {
  const respelling = PART_RESPELLINGS[name];
  if (respelling !== undefined) return respelling;
  const respellJson = JSON_RESPELLINGS[name];
  if (respellJson === undefined) return (segment) => changeOctets(segment, derSignature);
  // A signature is not JSON.
  if (which === 2) return (segment) => `${segment}A`;
  return (segment) =>
    changeOctets(segment, (octets) => Buffer.from(respellJson(octets.toString('utf8'))));
}

function changePart(token: string, which: number, change: Respelling): string {
  const parts = token.split('.') as unknown as Parts;
  return parts.map((each, place) => (place === which ? change(each) : each)).join('.');
}

function changeOctets(segment: string, change: (octets: Buffer) => Buffer): string {
  return change(Buffer.from(segment, 'base64url')).toString('base64url');
}

function concat(octets: Buffer, last: number): Buffer {
  return Buffer.concat([octets, Buffer.from([last])]);
}
