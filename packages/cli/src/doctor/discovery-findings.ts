/**
 * Findings about how the metadata documents were delivered.
 *
 * @module
 */
import { isPlainObject } from '@scopegate/protocol/internal';
import { createFinding, type DoctorCode, type DoctorFinding } from '../advice/doctor-finding.js';
import type { ExaminedDocument, ResponseFault } from './examined-document.js';

/** A metadata document that is a JSON object. */
export interface MetadataDocument {
  readonly url: URL;
  readonly members: Readonly<Record<string, unknown>>;
}

const FAULTS: Readonly<Record<ResponseFault, DoctorCode>> = {
  missing: 'metadata_missing',
  status: 'metadata_status',
  redirect: 'metadata_redirect',
  html: 'metadata_html',
  broken: 'metadata_broken',
};

/** Lists the documents that are JSON objects. */
export function listMetadata(documents: readonly ExaminedDocument[]): readonly MetadataDocument[] {
  return documents.flatMap(({ url, content }) =>
    content.kind === 'json' && isPlainObject(content.body) ? [{ url, members: content.body }] : [],
  );
}

/** Checks how the documents were delivered. */
export function checkDelivery(documents: readonly ExaminedDocument[]): readonly DoctorFinding[] {
  const isFound = listMetadata(documents).length > 0;
  return documents.flatMap((document) => {
    const { url, content } = document;
    if (content.kind === 'unreachable') return [createFinding(content.code, content.what)];
    if (content.kind === 'json') return checkContent(url, content);
    const { fault, what } = content;
    // A missing document is a fault only if no other location has one.
    const isOther = isFound && fault === 'missing';
    return [createFinding(isOther ? 'metadata_one_place' : FAULTS[fault], what)];
  });
}

function checkContent(
  url: URL,
  { body, mediaType }: Extract<ExaminedDocument['content'], { kind: 'json' }>,
): readonly DoctorFinding[] {
  if (!isPlainObject(body)) {
    const what = `GET ${url.href} answered 200 with JSON that is not an object`;
    return [createFinding('metadata_broken', what)];
  }
  if (mediaType === 'application/json') return [];
  const served = mediaType === '' ? 'no media type' : `the media type ${mediaType}`;
  return [createFinding('metadata_media_type', `${url.href} has ${served}`)];
}
