/**
 * The application, as `scopegate routes` loads it.
 *
 * @module
 */
import { createReportsApi } from './reports-api.js';

export const { app } = createReportsApi({
  issuer: 'https://auth.example.com',
  audience: 'https://reports.example.com',
});
