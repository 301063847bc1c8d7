"use strict";
/** The tier's limit for a test that hangs, `testSeconds` of jest.config.cjs. */
jest.setTimeout(testSeconds * 1000);
