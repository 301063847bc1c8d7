/**
 * Runs work in which cdktf creates tokens, without the stack trace that it takes of each. It would show them in errors
 * about tokens alone, and for the thousands of one environment they take a sixth of a synthesis.
 */
export function withoutTokenTraces<T>(work: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => {};
  try {
    return work();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
