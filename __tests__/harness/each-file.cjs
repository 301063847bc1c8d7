"use strict";
/** Runs before each test file. */

/** The tier's limit for a test that hangs, `testSeconds` of jest.config.cjs. */
jest.setTimeout(testSeconds * 1000);

/**
 * cdktf records a stack trace for each token, which it shows only in errors about tokens. Jest maps each of them to the
 * sources, which took up to a third of the time of tests that synthesize. Traces of errors stay.
 */
const { captureStackTrace } = Error;
Error.captureStackTrace = (target, ...options) => {
  const isOfToken = Object.getPrototypeOf(target) === Object.prototype && target.stack === "";
  if (!isOfToken) captureStackTrace(target, ...options);
};
