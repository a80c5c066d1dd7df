/**
 * Runs the scenes and prints the report on the terminal.
 *
 * @module
 */
import { main } from './main.js';

process.exitCode = await main(process.stdout);
