/**
 * Runs work in which cdktf creates tokens, without recording a stack trace for each. cdktf shows these traces only in
 * errors about tokens. For an environment's thousands of tokens, they take a sixth of a synthesis.
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
