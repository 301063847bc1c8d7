"use strict";
const { readdirSync } = require("node:fs");
const { join } = require("node:path");

/** Data flows one way: config → intent → stacks → Terraform; functions and packages know nothing of how it was made. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: {
    path: "^(main\\.ts|contract|intent|stacks|functions|cli|packages|bench|e2e|scripts|proofs|__tests__)",
    pathNot: allowed,
  },
});

/** What several commands share, and what each of these rooms may use of the others. */
const SHARED = {
  process: [],
  bundle: ["process"],
  terraform: ["process"],
  expectations: ["process"],
  synthesis: ["process", "expectations", "terraform"],
};
/** Commands that use another command. */
const BUILT_ON = {
  init: ["workflows"],
  upgrade: ["generate", "review", "synth", "workflows"],
  deploy: ["plan", "verify"],
  drift: ["plan"],
  local: ["openapi"],
  plan: ["review"],
  synth: ["list", "workflows"],
  testing: ["local"],
  token: ["local"],
  trace: ["local"],
  verify: ["explain", "trace"],
};
/** They put the commands together. */
const ENTRIES = ["program", "review-program", "run", "synth-program"];

/** A room of `cli/` is a folder or a file: what several commands share, or one command. */
const cliRooms = readdirSync(join(__dirname, "cli"))
  .map((name) => name.replace(/\.\w+$/, ""))
  .filter((room) => !ENTRIES.includes(room))
  .map((room) => {
    const uses = SHARED[room] ?? ["process", "expectations", "synthesis", "terraform", ...(BUILT_ON[room] ?? [])];
    return {
      name: `cli-${room}`,
      comment: "what commands share imports no command; a command imports only those that it builds on",
      severity: "error",
      from: { path: `^cli/${room}(/|\\.ts$)` },
      to: { path: "^cli/", pathNot: `^cli/(${[room, ...uses].join("|")})(/|\\.c?[jt]s$)` },
    };
  });

/** Files that are run, or that another program imports. */
const ENTRIES_PATH =
  "^(main|stacks/index|cli/(program|review-program|synth-program|testing/index)|functions/[\\w-]+/index|packages/[\\w-]+/cli)\\.ts$|^(cli|packages/[\\w-]+)/run\\.cjs$";

const FRONT_DOOR = "packages/local-front-door/";
/**
 * Rooms of the local front door, the lowest first: a room imports those before it alone. Of a room with doors, only these
 * files are imported from elsewhere.
 */
const ROOMS = [
  { room: "trace" },
  { room: "logs" },
  { room: "processes" },
  { room: "net" },
  { room: "terraform" },
  { room: "aws", doors: ["sts", "sts-documents"] },
  { room: "function", doors: ["function"] },
  { room: "google", doors: ["run", "sts", "iam-credentials", "keys", "bindings", "enabled-services"] },
  { room: "envoy" },
  { room: "services", doors: ["services", "declaration", "sidecars", "past-gateway"] },
  { room: "issuers" },
  { room: "cognito", doors: ["cognito", "pool", "app-client"] },
  { room: "gateway/shared" },
  { room: "gateway/http", doors: ["http-gateway", "jwt-authorizers"] },
  { room: "gateway/rest", doors: ["api", "rest-gateway"] },
  { room: "gateway", doors: ["gateways", "shared/api-gateway"] },
  { room: "page", doors: ["page", "api-page", "headline", "presented-caller", "request-line"] },
];
const roomRules = ROOMS.flatMap(({ room, doors }, floor) => {
  const own = (each) => `${each}/[^/]+$`;
  const below = ROOMS.slice(0, floor + 1).filter((each) => room !== "gateway/rest" || each.room !== "gateway/http");
  const from = `^${FRONT_DOOR}${own(room)}`;
  const inside = below.map((each) => own(each.room)).join("|");
  return [
    {
      name: `front-door-${room.replace("/", "-")}`,
      comment: "a room imports itself and the rooms below it",
      severity: "error",
      from: { path: from },
      to: { path: `^${FRONT_DOOR}`, pathNot: `^${FRONT_DOOR}(${inside})` },
    },
    ...(doors === undefined
      ? []
      : [
          {
            name: `front-door-${room.replace("/", "-")}-doors`,
            comment: "from elsewhere in the package only a room's doors are imported",
            severity: "error",
            from: { path: `^${FRONT_DOOR}`, pathNot: `^${FRONT_DOOR}${room}/` },
            to: { path: `^${FRONT_DOOR}${room}/`, pathNot: `^${FRONT_DOOR}${room}/(${doors.join("|")})\\.ts$` },
          },
        ]),
  ];
});

/** Rooms and files that print what people read. */
const PRINTS = [
  "packages/terraform-access-review/(render/|formats\\.ts|command-line\\.ts)",
  "cli/(deploy|drift|local|pipeline|plan|review)(/|\\.ts)",
  "cli/expectations/(grants|ledger)\\.ts",
  "cli/synthesis/synthesis\\.ts",
];

/**
 * When a caller's scopes are enough, the claims that carry them, what identity providers write into tokens, the keys that config
 * writes for a route, the route that a request gets, and the forms of credentials: config is checked by what decides.
 */
const NEEDS = "^contract/(credentials|scope-(need|claims)|identity-providers|route-(access|key|selection))\\.ts$";

module.exports = {
  forbidden: [
    only("contract-alone", "^contract/", "^contract/", "what all sides must agree on depends on none of them"),
    ...cliRooms,
    ...roomRules,
    only("intent-is-pure", "^intent/", `^intent/|${NEEDS}`, "intent/ turns YAML into Intent and knows nothing else"),
    only(
      "intent-model",
      "^intent/model/",
      `^intent/model/|${NEEDS}`,
      "what all others may import: Intent, names, limits",
    ),
    only(
      "intent-source",
      "^intent/source/",
      "^(intent/(model|source)/|contract/credentials\\.ts$)",
      "YAML to a located tree, in which no text is a credential; knows nothing of gateways",
    ),
    only("intent-schema", "^intent/schema/", `^intent/(model|source|schema)/|${NEEDS}`, "what the files may say"),
    only(
      "intent-derived",
      "^intent/derived/",
      `^intent/(model|source|schema|derived)/|${NEEDS}`,
      "what rules and build work out alike",
    ),
    only(
      "intent-rules",
      "^intent/rules/",
      `^intent/(model|source|schema|derived|rules)/|${NEEDS}`,
      "one entity a file",
    ),
    only(
      "stacks-from-intent",
      "^stacks/(?!policy/)",
      "^(stacks|contract|intent/model|packages/terraform-access-review/terraform-json)/",
      "stacks/ needs of intent/ its model, and what all sides agree on",
    ),
    only(
      "rules-read-json",
      "^stacks/policy/",
      "^((stacks|contract|intent/model|packages/terraform-access-review/terraform-json)/|packages/terraform-access-review/access/(aws-policies|gateway/routes|google-bindings|runs-as)\\.ts$)",
      "rules read Terraform's JSON, and policies, bindings, routes and identities by the review's readers, because two would disagree one day",
    ),
    only("functions-alone", "^functions/", "^(contract|functions)/", "functions/ runs in AWS Lambda"),
    only(
      "front-door-reads-json",
      "^packages/local-front-door/",
      "^((contract|packages/local-front-door|packages/terraform-access-review/(terraform-json|access/iam))/|packages/publish\\.cjs$)",
      "the local front door reads the synthesized JSON and its zip, by the review's readers; it shares the review's IAM evaluator and its table of roles, because two would disagree one day",
    ),
    only(
      "review-reads-json",
      "^packages/terraform-access-review/",
      "^((contract|packages/terraform-access-review)/|packages/publish\\.cjs$)",
      "the review reads Terraform's JSON, nothing else",
    ),
    only(
      "terraform-json-alone",
      "^packages/terraform-access-review/terraform-json/",
      "^(packages/terraform-access-review/terraform-json/|contract/((credentials|document-template|existing-service|rollout)\\.ts$|envoy/))",
      "reads Terraform's JSON, whatever wrote it",
    ),
    {
      name: "words-at-the-edge",
      comment: "only rooms that print import words: everything else decides on data",
      severity: "error",
      from: { pathNot: `^(${PRINTS.join("|")}|__tests__/|bench/|proofs/)` },
      to: { path: "^packages/terraform-access-review/render/" },
    },
    only(
      "iam-language-alone",
      "^packages/terraform-access-review/access/iam/",
      "^packages/terraform-access-review/(access/iam|terraform-json)/",
      "evaluates policies for the review and for the local front door, and knows neither",
    ),
    only(
      "examples-alone",
      "^examples/",
      "^(examples/|stacks/index\\.ts$)",
      "people copy examples/: nothing of the program but its package",
    ),
    only(
      "bench-measures",
      "^bench/",
      "^(bench|contract|packages/terraform-access-review)/|^cli/(bundle|process|synthesis|testing)/",
      "bench/ measures the review in its own process, and everything else as a process of its own",
    ),
    only(
      "scripts-alone",
      "^scripts/",
      "^(scripts/|packages/local-front-door/processes/python-venv\\.cjs$)",
      "scripts/ calls tools and npm scripts, without a build",
    ),
    only(
      "second-decision-alone",
      "^proofs/cedar/translator\\.ts$",
      "^proofs/cedar/translator\\.ts$",
      "the translator to Cedar shares no code with the program: it proves the program's decisions",
    ),
    only("main-is-the-projects", "^main\\.ts$", "^stacks/index\\.ts$", "main.ts is what a project has of its own"),
    {
      name: "clouds-apart",
      comment: "what one cloud hands the other passes through the composition root",
      severity: "error",
      from: { path: "^stacks/(aws|google)/" },
      to: { path: "^stacks/(aws|google)/", pathNot: "^stacks/$1/" },
    },
    {
      name: "no-provider-index",
      comment: "the package index of a provider costs seconds: import the class's own folder",
      severity: "error",
      from: {},
      to: { path: "@cdktf/provider-(aws|google)/lib/index\\.(js|d\\.ts)$" },
    },
    {
      name: "pure-intent-packages",
      comment: "no cdktf, no network in intent/",
      severity: "error",
      from: { path: "^intent/" },
      to: { path: "(node_modules/(cdktf|constructs|@cdktf)/|^(node:)?(https?|net|tls|dns|child_process)$)" },
    },
    {
      name: "examples-are-no-part",
      comment: "the program never imports an example",
      severity: "error",
      from: { pathNot: "^(__tests__|examples)/" },
      to: { path: "^examples/" },
    },
    {
      name: "bench-e2e-and-scripts-are-no-part",
      comment: "the package has neither bench/ nor e2e/ nor scripts/",
      severity: "error",
      from: { pathNot: "^(__tests__|bench|e2e|proofs|scripts)/" },
      to: { path: "^(bench|e2e|scripts)/" },
    },
    {
      name: "nothing-but-tests-below-tests",
      comment: "the program never imports a test",
      severity: "error",
      from: { pathNot: "^(__tests__|proofs)/" },
      to: { path: "^__tests__/" },
    },
    {
      name: "program-uses-it",
      comment: "no command, stack or function reaches this file: import it where its kind is listed, or delete it",
      severity: "error",
      from: { path: ENTRIES_PATH },
      to: {
        path: "^(contract|intent|stacks|functions|cli|packages)/.*\\.ts$",
        pathNot: `${ENTRIES_PATH}|\\.d\\.ts$`,
        reachable: false,
      },
    },
    {
      name: "proofs-are-no-part",
      comment: "proofs/ compares the program with others' programs: nothing imports it",
      severity: "error",
      from: { pathNot: "^proofs/" },
      to: { path: "^proofs/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-circles-of-rooms",
      comment: "no folder imports one above it",
      scope: "folder",
      severity: "error",
      from: { path: "^(bench|cli|contract|e2e|functions|intent|packages|stacks)(/|$)" },
      to: { circular: true },
    },
    {
      name: "declared-packages",
      comment: "every package is deliberate: name it in package.json",
      severity: "error",
      from: {},
      // An optional peer is unknown as well, because it is also in peerDependenciesMeta.
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm", "npm-dev", "npm-peer"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
