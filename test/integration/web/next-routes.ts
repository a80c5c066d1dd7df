/**
 * The route handlers for Next.js of the README of `@scopegate/web`.
 *
 * @module
 */
// #region next
import { api, metadata } from './api.js';

// app/v1/sales/[year]/route.ts
interface Context {
  readonly params: Promise<{ readonly year: string }>;
}
const readSales = api.requireScope('read:analytics');
export const GET = readSales.wrap(async (request: Request, { params }: Context) => {
  const { year } = await params;
  return Response.json({ client: api.accessToken(request).clientId, year, rows: [] });
});

// app/.well-known/oauth-protected-resource/route.ts, as GET and OPTIONS
export function serveMetadata(request: Request): Response {
  return metadata(request) ?? new Response(null, { status: 404 });
}
// #endregion next
