import { readFileSync } from "node:fs";
import { join } from "node:path";
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
