/** Returns the message of the TypeError that a call throws; any other error is thrown again. */
export function typeErrorMessageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
  return 'nothing is wrong';
}
