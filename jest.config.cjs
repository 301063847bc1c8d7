"use strict";
const { BUNDLED, BUNDLED_FILE, GLOBALS } = require("./__tests__/harness/packages.cjs");

/** Packages that exist only as ES modules, and are loaded too rarely to be bundled. */
const ES_MODULES = ["oauth2-mock-server", "is-plain-obj"];
const names = (packages) => packages.map((name) => `${name}/`).join("|");

/** Settings that every tier shares. docs/contributing.md describes the tiers. */
const shared = {
  testEnvironment: "<rootDir>/__tests__/harness/environment.cjs",
  sandboxInjectedGlobals: GLOBALS,
  // A project's configuration cannot set a timeout.
  setupFilesAfterEnv: ["<rootDir>/__tests__/harness/each-file.cjs"],
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/.build"],
  transform: {
    [BUNDLED_FILE]: "<rootDir>/__tests__/harness/packages-transform.cjs",
    "^.+\\.m?[jt]s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${names([...BUNDLED, ...ES_MODULES])}))`],
};

const inRoot = (folder) => `<rootDir>/${folder}`;

/** A test that hangs ends after this many seconds. No result depends on how fast a machine is. */
const tier = (name, folder, seconds, own = {}) => ({
  ...shared,
  displayName: name,
  roots: [inRoot(`__tests__/${folder}`)],
  testMatch: ["**/*.test.ts"],
  globals: { testSeconds: seconds },
  ...own,
});

/** Commands and front doors run what users run: bundles, and a project of files. */
const built = {
  globalSetup: "<rootDir>/__tests__/harness/built.cjs",
  globalTeardown: "<rootDir>/__tests__/harness/shop-sources.cjs",
};
/** Includes the sources, so that jest knows which unit tests depend on them. */
const sources = {
  roots: ["contract", "intent", "stacks", "functions", "cli", "packages", "bench", "e2e", "__tests__"].map(inRoot),
};
const MAIN_JOB = "<rootDir>/__tests__/component/main-job/";

module.exports = {
  cacheDirectory: "<rootDir>/.build/jest",
  globalSetup: "<rootDir>/__tests__/harness/setup.cjs",
  globalTeardown: "<rootDir>/__tests__/harness/teardown.cjs",
  maxWorkers: "100%",
  reporters: ["default", "<rootDir>/__tests__/harness/reporter.cjs"],
  projects: [
    tier("unit", "unit", 60, {
      ...sources,
      testMatch: [inRoot("__tests__/unit/**/*.test.ts")],
      testEnvironment: "<rootDir>/__tests__/harness/unit-environment.cjs",
    }),
    // All unit tests again, in groups, for `npm test`.
    tier("unit-groups", "unit-groups", 60, {
      roots: [...sources.roots],
      testMatch: [inRoot("__tests__/unit-groups/*.test.cjs")],
      testEnvironment: "<rootDir>/__tests__/harness/unit-environment.cjs",
    }),
    tier("main-job", "component/main-job", 180, built),
    tier("component", "component", 180, { ...built, testPathIgnorePatterns: ["/node_modules/", MAIN_JOB] }),
    tier("system", "system", 900, built),
    tier("proofs", "proofs", 900, { ...built, roots: [inRoot("proofs")] }),
  ],
};
