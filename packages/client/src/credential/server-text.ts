/**
 * Text of the server that is safe to show, because it does not repeat a credential.
 *
 * A server that quotes the request in its error response would put a secret into the logs of the
 * client. The search for the secret ignores escapes, case and punctuation, and includes hexadecimal
 * and base64. Six consecutive letters or digits of it are enough to withhold the text.
 *
 * @module
 */

/** The maximum length of a description, in characters. */
const MAX_DESCRIPTION_LENGTH = 500;

/** The characters of RFC 6749 §5.2. The RFC does not limit the length. */
const ERROR_CODE = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/;

// Registered codes reveal nothing about the request even when a secret contains the same words, and
// programs act on them. RFC 6749 §4.1.2.1, §5.2; RFC 8707 §2; RFC 9449 §5, §8; RFC 9396 §5.
const REGISTERED_CODES: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'slow_down',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'invalid_authorization_details',
]);

/**
 * Reads an error code.
 *
 * @param secrets - The credentials of the request; values other than strings are ignored.
 * @returns The code; `undefined` when it is malformed or repeats a secret.
 * @see RFC 6749 §5.2
 */
export function readErrorCode(code: unknown, secrets: readonly unknown[]): string | undefined {
  if (typeof code !== 'string' || !ERROR_CODE.test(code)) return undefined;
  return REGISTERED_CODES.has(code) || !repeatsSecret(code, secrets) ? code : undefined;
}

/**
 * Reads a description.
 *
 * @param secrets - The credentials of the request; values other than strings are ignored.
 * @returns Its first 500 characters, with `?` for each that is not printable ASCII; `undefined` when
 *   it is not a string or repeats a secret.
 * @see RFC 6749 §5.2
 */
export function readDescription(text: unknown, secrets: readonly unknown[]): string | undefined {
  if (typeof text !== 'string') return undefined;
  const shown = text.slice(0, MAX_DESCRIPTION_LENGTH);
  return repeatsSecret(shown, secrets) ? undefined : shown.replace(/[^\x20-\x7e]/g, '?');
}

/** One encoding of a secret. */
interface Spelling {
  readonly text: string;
  /** How many consecutive characters of the text reveal six characters of the secret. */
  readonly run: number;
}

/**
 * How many consecutive characters of a secret reveal it. A shorter secret must occur as a whole.
 */
const REVEALING_RUN = 6;
/**
 * With fewer letters and digits, a secret is not searched for by these alone, because any text may
 * contain them.
 */
const MIN_LETTERS = 4;
/** Levels of nested escapes: JSON in HTML in a URL, and one more. */
const MAX_ESCAPES = 4;

function repeatsSecret(text: string, secrets: readonly unknown[]): boolean {
  const readings = unescapings(text);
  return secrets
    .filter((secret) => typeof secret === 'string')
    .flatMap(spell)
    .some((spelling) => readings.some((reading) => shares(reading, spelling)));
}

function spell(secret: string): Spelling[] {
  const octets = Buffer.from(secret);
  // Base64 encodes three octets as four characters, and the secret may start at any of the three.
  // Characters that also encode octets before or after the secret are left out.
  const base64 = [0, 1, 2].map((start) => {
    const end = start + 3 * Math.floor((octets.length - start) / 3);
    return octets.subarray(start, Math.max(start, end)).toString('base64');
  });
  return [
    ...unescapings(secret).map((text) => ({ text, run: REVEALING_RUN })),
    ...base64.map((text) => ({ text, run: (REVEALING_RUN * 4) / 3 })),
    { text: octets.toString('hex'), run: REVEALING_RUN * 2 },
  ];
}

function shares(reading: string, { text, run }: Spelling): boolean {
  return (
    hasRunOf(withoutSpaces(reading), withoutSpaces(text), run) ||
    (letters(text).length >= MIN_LETTERS && hasRunOf(letters(reading), letters(text), run))
  );
}

function hasRunOf(text: string, secret: string, run: number): boolean {
  if (secret.length <= run) return secret !== '' && text.includes(secret);
  for (let start = 0; start + run <= secret.length; start += 1) {
    if (text.includes(secret.slice(start, start + run))) return true;
  }
  return false;
}

function withoutSpaces(text: string): string {
  return text.toLowerCase().replace(/\s/g, '');
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the text, followed by the result of removing each level of escapes. */
function unescapings(text: string): string[] {
  const readings = [text];
  for (let current = text; readings.length <= MAX_ESCAPES; readings.push(current)) {
    const next = unescape(current);
    if (next === current) break;
    current = next;
  }
  return readings;
}

// `&#x41;`, `\u{41}`, `\u0041`, `\x41`, `%41`, quoted-printable `=41`; then `&#65;`.
const HEX_ESCAPE =
  /(?:&#x([\da-f]{1,6});?|\\u\{([\da-f]{1,6})\}|\\u([\da-f]{4})|(?:\\x|%|=)([\da-f]{2}))/gi;
const DECIMAL_ESCAPE = /&#(\d{1,7});?/g;
// Other entities are punctuation or not ASCII.
const NAMED_ENTITY = /&([a-z]{2,8});/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescape(text: string): string {
  return text
    .replace(NAMED_ENTITY, (_all, name: string) => ENTITIES[name.toLowerCase()] ?? '')
    .replace(HEX_ESCAPE, (_all, ...digits: (string | undefined)[]) =>
      characterOf(parseInt(digits.slice(0, 4).find((found) => found !== undefined) ?? '', 16)),
    )
    .replace(DECIMAL_ESCAPE, (_all, digits: string) => characterOf(Number(digits)))
    .replaceAll('\\', '');
}

function characterOf(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}
