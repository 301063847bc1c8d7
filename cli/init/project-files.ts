import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectOf, providerOf } from "../../contract/identity-providers";
import { NO_DIGEST, PLACEHOLDER } from "../../intent/model/placeholder";
import { ENVOY_VERSION } from "../../intent/schema/image-reference";
import { NAME, type Origin, VERSION } from "../process/origin";
import { PACKAGE } from "../process/project";
import type { Answers } from "./answers";

/** Versions of packages by name, as tested with this program. */
export type Versions = Readonly<Record<string, string>>;

/** The answers that these files contain. */
interface Described extends Pick<Answers, "name" | "environments" | "service" | "core"> {
  /** Whether the project installs cdktf's own command line. */
  readonly withCdktfCli?: boolean;
}

/**
 * A project's files outside its config, by path.
 *
 * @param commands those that become npm scripts
 */
export function projectFiles(
  project: Described,
  versions: Versions,
  commands: readonly string[],
): Readonly<Record<string, string>> {
  return {
    "package.json": `${JSON.stringify(manifest(project, versions, commands), undefined, 2)}\n`,
    "tsconfig.json": `${JSON.stringify(TSCONFIG, undefined, 2)}\n`,
    "cdktf.json": `${JSON.stringify(cdktfSettings(project), undefined, 2)}\n`,
    "main.ts": MAIN,
    "__tests__/public-routes.test.ts": testOf(project),
    "README.md": readme(project, versions[NAME]?.startsWith("file:") === true),
    ".gitignore": "node_modules/\ncdktf.out/\n.build/\n.plans/\nstate/\ngha-creds-*.json\n",
    // A checkout on Windows would have other line ends than what a synthesis gives.
    ".gitattributes": "* text=auto eol=lf\n",
    ".nvmrc": "24\n",
    // No package here needs an install script.
    ".npmrc": "ignore-scripts=true\nsave-exact=true\n",
  };
}

const OF_THE_CORE = ["cdktf", "constructs"];
/** The value of `cdktf` in package.json with which CDK Terrain was tested. */
const TERRAIN = "npm:cdktn@0.24.0";
const OF_TESTS = ["@swc/core", "@swc/jest", "@types/jest", "@types/node", "jest", "typescript"];

function manifest({ name, core, withCdktfCli }: Described, versions: Versions, commands: readonly string[]): object {
  const pinned = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, versions[each] ?? ""]));
  return {
    name,
    private: true,
    scripts: {
      ...Object.fromEntries(commands.map((command) => [command, `front-door ${command}`])),
      test: "jest",
      check: "front-door synth --check && front-door generate --check && tsc && jest",
    },
    dependencies: { ...pinned([...OF_THE_CORE, NAME]), ...(core === "terrain" && { cdktf: TERRAIN }) },
    devDependencies: pinned(withCdktfCli ? [...OF_TESTS, "cdktf-cli"].sort() : OF_TESTS),
    jest: { testMatch: ["**/__tests__/**/*.test.ts"], transform: { "\\.ts$": "@swc/jest" } },
    // The providers' classes need the same core: two in one program cannot resolve each other's references.
    ...(core === "terrain" && { overrides: { cdktf: TERRAIN } }),
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "node20",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node", "jest"],
  },
  include: ["main.ts", "stacks", "__tests__"],
};

function cdktfSettings({ name }: Described): object {
  return { language: "typescript", app: "npx --no-install front-door app", projectId: name, sendCrashReports: "false" };
}

const MAIN = `import { frontDoor } from "cloud-front-door";

/** \`config/\` declares the front door. Own resources and rules: node_modules/cloud-front-door/docs/how-to/own-resources.md */
export default frontDoor();
`;

function testOf({ environments }: Described): string {
  return `import { environment, expect } from "cloud-front-door/testing";

/** Routes that anyone may call, without a token. A longer list lets more people in. */
const PUBLIC: Record<string, string[]> = {
${environments.map((name) => `  ${JSON.stringify(name)}: [],`).join("\n")}
};

test.each(Object.entries(PUBLIC))("%s: anyone may call these routes and no other", async (name, routes) => {
  expect(await environment(name)).toLet("anyone").callOnly(...routes);
});
`;
}

function readme({ name, environments, service }: Described, isVendored: boolean): string {
  const [first = "dev"] = environments;
  return `# ${name}

The front door of ${name}: AWS API Gateway in front of private Google Cloud Run, declared by the package \`cloud-front-door\`
from the files in \`config/\`.${isVendored ? " The package's tarball is in `vendor/`." : ""}

\`\`\`sh
npm install                  # once; commit package-lock.json${isVendored ? " and vendor/" : ""}
npm run synth                # config/ to Terraform: commit config/ and synthesized/ together
npm run local -- ${first}        # the front door on your machine, without any cloud account
npm run plan -- ${first}         # report what a deploy would change in both clouds
npm run deploy -- ${first}       # plan, ask, and apply exactly that plan
npm run check                # what CI runs: config, freshness, types, tests
\`\`\`

| folder or file | content |
|---|---|
| \`config/base.yaml\` | the base of every environment: issuers, services such as \`${service}\`, routes, clients |
| ${environments.map((each) => `\`config/${each}.yaml\``).join(", ")} | one environment each |
| \`synthesized/\` | the generated Terraform, for review; \`access.md\` lists who may do what |
| \`main.ts\` | our own resources in the same stacks |
| \`__tests__/\` | tests of our access |

Before the first deploy, replace the account, the projects and the deployer role in \`config/\`, and create the state buckets.
The documentation is \`node_modules/cloud-front-door/docs/index.md\`. For questions, ask the team that owns this repository.
`;
}

/** The packages that a project installs, in the versions that this program is tested with. */
export function versions(origin: Origin): Versions {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const isByName = origin === "registry" || origin === "npx";
  return { ...dependencies, ...devDependencies, [NAME]: isByName ? VERSION : `file:vendor/${NAME}-${VERSION}.tgz` };
}

/** The files of `config/`, except the schema. */
export function configFiles(answers: Answers): Readonly<Record<string, string>> {
  const overlays = answers.environments.map((name, index) => [`${name}.yaml`, overlay(answers, name, index)] as const);
  return { "base.yaml": base(answers), ...Object.fromEntries(overlays), "bootstrap.yaml": bootstrap(answers) };
}

/** Comments alone, which count as no file: the numbers are known only once repository and projects exist. */
function bootstrap({ name, environments, googleProjects }: Answers): string {
  const each = environments.map((environment, index) => {
    return `#   ${environment}: { googleProjectNumber: "", boundary: true } # gcloud projects describe ${googleProjects[index]} --format='value(projectNumber)'`;
  });
  return `# yaml-language-server: $schema=./bootstrap.schema.json
#
# What lets a pipeline plan and deploy: the state bucket, and two identities in both clouds. Fill it in and remove the marks of
# comments, then follow node_modules/cloud-front-door/docs/how-to/bootstrap.md. As comments alone it counts as no file.
# aws.deployers of each environment must list its roles terraform-plan and terraform-deploy.
#
# repository:
#   name: OWNER/${name}
#   ownerId: "" # curl -s https://api.github.com/repos/OWNER/${name} | jq '{id, ownerId: .owner.id}'
#   id: ""
#
# environments:
${each.join("\n")}
`;
}

const isCognito = ({ issuer }: Answers) => issuer === "cognito";
const isShared = ({ handshake }: Answers) => handshake === "shared-issuer";
const issuerId = (answers: Answers) => (isCognito(answers) ? "customers" : "staff");

function base(answers: Answers): string {
  const { name, awsRegion, googleRegion, service, image } = answers;
  return `# yaml-language-server: $schema=./schema.json
#
# What every environment starts from. Each other file in this folder is one environment: it changes what it names here
# (RFC 7386: maps merge, null deletes, all else replaces).

name: ${name} # starts the name of every resource: ${name}-${answers.environments[0]}-${service}

aws:
  region: ${awsRegion}
google:
  region: ${googleRegion}

${handshake(answers)}
# Who signs the tokens that callers bring.
issuers:
${issuer(answers)}
${servicesHead(answers)}
  ${service}:
    image: ${image}
    scaling: { max: 10 } # the bound on load and cost
    routes: # a caller needs one of the scopes${isShared(answers) ? "" : "; `GET /status: public` would let anyone call"}
      GET /${service}: { scopes: [${service}/read] }
      GET /${service}/{id}: { scopes: [${service}/read] }
      POST /${service}: { scopes: [${service}/write] }
${clients(answers)}
logs:
  retentionDays: 30
`;
}

function handshake(answers: Answers): string {
  if (!isShared(answers)) {
    return "handshake: federated # AWS roles become Google service accounts: no key crosses the clouds\n";
  }
  return `handshake: shared-issuer # API Gateway checks a caller's token, and Envoy in front of each service checks it again
envoy: # replace it by your mirror of docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}, with its digest
  image: ${answers.googleRegion}-docker.pkg.dev/${answers.googleProjects[0]}/mirror/envoy:distroless-v${ENVOY_VERSION}@${NO_DIGEST}
`;
}

/** Omits the gateway's throttle if callers can bypass the gateway, because it would limit only some calls. */
function servicesHead(answers: Answers): string {
  if (isShared(answers))
    return "gateway: {}\n\n# Cloud Run services. A caller with a valid token can also reach them past the gateway.\nservices:";
  return `gateway:
  throttle: { ratePerSecond: 50, burst: 100 }

# Cloud Run services. None is reachable but through the gateway.
services:`;
}

function issuer(answers: Answers): string {
  if (isCognito(answers)) {
    return `  customers: # a Cognito user pool, made with the environment
    kind: cognito
    signUp: closed # open would let anyone on the internet register
`;
  }
  const { service } = answers;
  const keys = isShared(answers)
    ? `    jwksUri: ${answers.issuer.replace(/\/$/, "")}/${PLACEHOLDER}jwks-uri # copy jwks_uri of its /.well-known/openid-configuration\n`
    : "";
  if (provesSubjectsOnly(answers)) {
    return `  staff: # its tokens prove who calls; \`clients\` says what each may call
    kind: oidc
    issuer: ${answers.issuer}
${keys}`;
  }
  return `  staff: # its tokens' own scopes count, within these scopes and from these clients
    kind: oidc
    issuer: ${answers.issuer}
${keys}    grants: token
    scopes: [${service}/read, ${service}/write]
${providerClaims(answers)}    clients: [${PLACEHOLDER}a-client-id]
`;
}

/** Whether the issuer is a provider whose tokens have no scopes. */
const provesSubjectsOnly = ({ issuer }: Answers) => providerOf(issuer)?.scopes.length === 0;

/** The claims in which a known provider writes scopes and the client, if they are not config's defaults. */
function providerClaims(answers: Answers): string {
  const provider = providerOf(answers.issuer);
  const [usual] = provider?.scopes ?? [];
  if (provider === undefined || usual === undefined) return "";
  // API Gateway reads one claim.
  const several = isShared(answers) ? undefined : provider.scopeClaim;
  const scopeClaim = several ? `[${several.join(", ")}]` : usual.claim;
  return [
    ...(scopeClaim === "scope" ? [] : [`    scopeClaim: ${scopeClaim}\n`]),
    ...(provider.clients[0] === "client_id" ? [] : [`    clientClaim: ${provider.clients[0]}\n`]),
  ].join("");
}

/** Only a user pool has app clients. An issuer whose tokens carry scopes lists its own. */
function clients(answers: Answers): string {
  const { service } = answers;
  if (provesSubjectsOnly(answers)) {
    return `
# Who calls. Any other token of the issuer has no scope.
clients:
  script:
    issuer: staff
    subject: ${PLACEHOLDER}the-sub-of-its-tokens
    scopes: [${service}/read, ${service}/write]
`;
  }
  if (!isCognito(answers)) return "";
  return `
# Who calls. A scope that is not granted here counts for nothing, even if a token carries it.
clients:
  script: # a program; \`readers\` of an environment's file may read its client secret
    issuer: customers
    grant: client_credentials
    scopes: [${service}/read, ${service}/write]
`;
}

function overlay(answers: Answers, environment: string, index: number): string {
  const { name, awsAccounts, awsRegion, googleProjects, image } = answers;
  const project = googleProjects[index];
  const account = awsAccounts[index];
  const own = isCognito(answers)
    ? `{ domainPrefix: ${name}-${environment} } # of the sign-in page; unique in the region`
    : `{ audiences: ["${audience(answers, environment)}"] } # not shared: tokens of other environments are refused`;
  return `# yaml-language-server: $schema=./schema.json

aws:
  account: "${account}" # in quotes, so that a leading zero is kept
  deployers: ["arn:aws:iam::${account}:role/terraform-deploy", "arn:aws:iam::${account}:role/terraform-plan"] # who may apply; AWS refuses a role that does not exist
google:
  project: ${project}
  ownsProject: ${googleProjects.indexOf(project ?? "") === index} # one environment of a project switches on its APIs and audit logs

state: # key ${name}/${environment}.tfstate; the state holds client secrets
  bucket: ${name}-${environment}-terraform-state
  region: ${awsRegion}
${image.includes("@sha256:") ? "" : "\nrequireDigest: false # the image has no digest yet: with one, remove this line\n"}${
  environment === "dev" ? "protect: false # easy to tear down\n" : ""
}
issuers:
  ${issuerId(answers)}: ${own}
`;
}

function audience({ issuer, name }: Answers, environment: string): string {
  const form = providerOf(issuer)?.audience;
  if (form === "project") return projectOf(issuer);
  return form === "guid" ? `${PLACEHOLDER}the-client-id-of-the-api-of-${environment}` : `api://${name}-${environment}`;
}
