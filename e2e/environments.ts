import { stringify } from "yaml";
import type { EnvironmentName, RunRecord } from "./run-folder";

/** What a run changes in an environment between two deploys. */
export interface Settings {
  /** The share of calls that the canary gets, in percent. Undefined: only the first image runs. */
  readonly canary?: number;
  /** A client that config disables. */
  readonly disabled?: ClientName;
}

export type ClientName = keyof typeof CLIENTS;

/** The scopes of each client. `echo/admin` opens a route and is granted to none. */
export const CLIENTS = { reader: ["echo/read"], writer: ["echo/read", "echo/write"] } as const;

/** The routes of every environment: the scope that opens each. `null`: anyone may call. */
const ROUTES: Readonly<Record<string, string | null>> = {
  "GET /public": null,
  "GET /public/{word}": null,
  "GET /read": "echo/read",
  "GET /read/{id}": "echo/read",
  "POST /write": "echo/write",
  "GET /admin": "echo/admin",
};

/** The origin whose pages may call. No page has it. */
const ORIGIN = "https://e2e.example.com";

/**
 * GitHub's numbers of the repository that the bootstrap trusts. GitHub counts its numbers up and is far from this one,
 * so no workflow has such a token.
 */
const OF_NO_REPOSITORY = "999999999999999";

/** Envoy's handshake has no public routes. */
export function routesOf(environment: EnvironmentName): Readonly<Record<string, string | null>> {
  const routes = Object.entries(ROUTES).filter(([, scope]) => environment !== "envoy" || scope !== null);
  return Object.fromEntries(routes);
}

/**
 * Names of the plan and the deploy identity, in both clouds. They do not start with the prefix of the environment's own
 * names, because the deploy identity may change every role that does.
 */
export function identitiesOf({ run }: Pick<RunRecord, "run">, environment: EnvironmentName) {
  return { plan: `${run}-plan-${environment}`, deploy: `${run}-deploy-${environment}` };
}

/** The bucket of an environment's state, which the bootstrap makes. */
export function bucketOf({ run, aws }: Pick<RunRecord, "run" | "aws">, environment: EnvironmentName): string {
  return `${run}-${environment}-${aws.account}-state`;
}

/** The sign-in domain of an environment's user pool. */
export function domainOf({ run }: Pick<RunRecord, "run">, environment: EnvironmentName): string {
  return `${run}-${environment}`;
}

/** The files of the smallest project with one handshake and one kind of API, by path. */
export function environmentFiles(
  record: RunRecord,
  environment: EnvironmentName,
  settings: Settings = {},
): Readonly<Record<string, string>> {
  const texts = {
    "config/base.yaml": base(record, environment, settings),
    [`config/${environment}.yaml`]: overlay(record, environment),
    ...(record.operator !== undefined && { "config/bootstrap.yaml": bootstrap(record, environment, record.operator) }),
    "config/expectations.yaml": EXPECTATIONS,
  };
  return {
    "cdktf.json": `${JSON.stringify({ language: "typescript", app: "npx --no-install front-door app", projectId: record.run })}\n`,
    "main.ts": 'import { frontDoor } from "cloud-front-door";\n\nexport default frontDoor();\n',
    ...Object.fromEntries(Object.entries(texts).map(([path, value]) => [path, stringify(value)])),
  };
}

function base(
  { run, aws, google, image, nextImage, envoyImage }: RunRecord,
  environment: EnvironmentName,
  settings: Settings,
) {
  const isEnvoy = environment === "envoy";
  const { canary, disabled } = settings;
  const client = (name: ClientName) => ({
    issuer: "callers",
    grant: "client_credentials",
    scopes: CLIENTS[name],
    readers: [aws.role],
    ...(name === "reader" && { rotateEveryDays: 30 }),
    ...(name === disabled && { disabled: true }),
  });
  return {
    name: run,
    aws: { region: aws.region },
    google: { region: google.region },
    handshake: isEnvoy ? "shared-issuer" : "federated",
    ...(isEnvoy && { envoy: { image: envoyImage } }),
    issuers: { callers: { kind: "cognito", signUp: "closed" } },
    gateway: {
      ...(environment === "rest" && { kind: "rest" }),
      ...(!isEnvoy && { throttle: { ratePerSecond: 50, burst: 100 } }),
      cors: { origins: [ORIGIN] },
    },
    services: {
      echo: {
        image: canary === undefined ? image : nextImage,
        scaling: { max: 2 },
        rollout: canary === undefined || canary === 100 ? { percent: 100 } : { percent: canary, from: image },
        routes: Object.fromEntries(
          Object.entries(routesOf(environment)).map(([key, scope]) => [
            key,
            scope === null ? "public" : { scopes: [scope] },
          ]),
        ),
      },
    },
    clients: { reader: client("reader"), writer: client("writer") },
    logs: { retentionDays: 1 },
    tags: { [TAG]: run },
  };
}

/** The tag in AWS, and the label in Google Cloud, of everything that a run makes. Its value is the run's name. */
export const TAG = "front-door-e2e";

function overlay(record: RunRecord, environment: EnvironmentName) {
  const { aws, google, operator, owns } = record;
  const { plan, deploy } = identitiesOf(record, environment);
  const made = operator === undefined ? [] : [plan, deploy].map((name) => `arn:aws:iam::${aws.account}:role/${name}`);
  return {
    aws: {
      account: aws.account,
      deployers: [aws.role, ...made],
      ...(environment === "rest" && { ownsAccount: owns.loggingRole }),
    },
    google: { project: google.project, ownsProject: true },
    state:
      operator === undefined
        ? { path: `state/${environment}.tfstate` }
        : { bucket: bucketOf(record, environment), region: aws.region },
    requireDigest: false,
    protect: false,
    recoveryDays: 0,
    issuers: { callers: { domainPrefix: domainOf(record, environment) } },
  };
}

function bootstrap(record: RunRecord, environment: EnvironmentName, operator: string) {
  return {
    repository: {
      name: "front-door-e2e/none",
      ownerId: OF_NO_REPOSITORY,
      id: OF_NO_REPOSITORY,
      subjects: "immutable",
    },
    identities: identitiesOf(record, environment),
    environments: {
      [environment]: {
        googleProjectNumber: record.google.number,
        ownsIdentityProvider: record.owns.identityProvider,
        operators: { aws: [record.aws.role], google: [operator] },
      },
    },
  };
}

/** What `verify` and the matrix of calls compare with the deployed environment. */
const EXPECTATIONS = {
  all: [
    { who: "anyone", mayNot: { call: ["GET /read", "GET /admin", "POST /write"] } },
    { who: "callers/reader", mayNot: { call: ["POST /write", "GET /admin"] } },
    { who: "callers/writer", may: { call: ["GET /read", "POST /write"] } },
    { who: "callers/writer", mayNot: { call: "GET /admin" } },
  ],
};
