/**
 * The parts of a comparison, in the order in which they run.
 */
export const COMPARED_PARTS = ['verify', 'attack', 'scale', 'memory', 'http', 'start'];
