/**
 * Runs the scenes with separate processes, and prints the report on the terminal.
 *
 * @module
 */
import { main } from './main.js';

process.exitCode = await main(process.stdout);
