/**
 * Renews iam-verdicts.json with a simulator. Install it in a folder outside this project, because its licence (AGPL)
 * differs:
 *
 *     npm install --prefix <folder> @cloud-copilot/iam-simulate
 *     node __tests__/support/local/aws/renew-verdicts.cjs <folder>
 */
const { readFileSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join, resolve } = require("node:path");
const { cases, hashOfCases } = require("./iam-cases.cjs");

const NAME = "@cloud-copilot/iam-simulate";
const VERDICTS = {
  Allowed: "allow",
  AllowedForAccount: "account",
  ExplicitlyDenied: "deny",
  DeniedForAccount: "deny",
  ImplicitlyDenied: "none",
  NotApplicable: "none",
};

async function verdictOf({ runSimulation }, { kind, policy, request }) {
  const { action, resource, principals, context } = request;
  const present = Object.entries(context).filter(([, value]) => value !== null);
  const result = await runSimulation(
    {
      request: {
        action,
        principal: principals.at(-1),
        resource: { resource, accountId: resource.split(":")[4] },
        contextVariables: Object.fromEntries(present),
      },
      identityPolicies: kind === "identity" ? [{ name: "identity", policy }] : [],
      resourcePolicy: kind === "trust" ? policy : undefined,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === "error") return "invalid";
  if (result.resultType !== "single") throw new Error(`unexpected result ${result.resultType}`);
  const ignored = result.result.ignoredContextKeys ?? [];
  if (ignored.length > 0) throw new Error(`the simulator ignored ${ignored}`);
  const { identityAnalysis, resourceAnalysis } = result.result.analysis;
  const found = (kind === "identity" ? identityAnalysis : resourceAnalysis)?.result;
  if (VERDICTS[found] === undefined) throw new Error(`unknown verdict ${found}`);
  return VERDICTS[found];
}

async function renew(folder) {
  const home = join(resolve(folder), "node_modules", NAME);
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const simulator = createRequire(join(resolve(folder), "package.json"))(NAME);
  const verdicts = {};
  for (const each of cases) {
    verdicts[each.name] = await verdictOf(simulator, each).catch((error) => {
      throw new Error(`${each.name}: ${error.message}`);
    });
  }
  const recorded = {
    simulator: `${NAME} ${version}`,
    renewedBy: "node __tests__/support/local/aws/renew-verdicts.cjs <folder with the simulator>",
    casesHash: hashOfCases(),
    verdicts,
  };
  writeFileSync(join(__dirname, "iam-verdicts.json"), `${JSON.stringify(recorded, null, 2)}\n`);
  console.log(`${cases.length} verdicts of ${recorded.simulator}`);
}

renew(process.argv[2] ?? ".");
