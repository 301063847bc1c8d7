import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { ProjectCopy } from "../../../../support/command";

/** A tool `aws` that answers from a file, stores changes in it, and counts its calls. */
const TOOL = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const file = process.env.FAKE_AWS;
const state = JSON.parse(readFileSync(file, "utf8"));
const args = process.argv.slice(2);
const value = (name) => args[args.indexOf(name) + 1];
const call = args.slice(0, 2).join(" ");
state.calls.push(call);
const revisionOf = (alias) => "r-" + state.aliases[alias];
const refuse = (error) => { console.error("An error occurred (" + error + "): no"); process.exit(254); };
const answers = {
  "sts get-caller-identity": () => ({ Account: state.account }),
  "lambda get-function-configuration": () => ({ Environment: { Variables: state.functions[value("--function-name")] }, RevisionId: "r-1" }),
  "lambda update-function-configuration": () => { state.functions[value("--function-name")] = JSON.parse(value("--environment")).Variables; return {}; },
  "lambda wait": () => ({}),
  "lambda list-aliases": () => ({ Aliases: Object.entries(state.aliases).map(([Name, FunctionVersion]) => ({ Name, FunctionVersion, RevisionId: revisionOf(Name) })) }),
  "lambda publish-version": () => {
    const now = JSON.stringify(state.functions[value("--function-name")]);
    if (state.versions.at(-1) !== now) state.versions.push(now);
    const Version = String(state.versions.length);
    Object.assign(state, state.meanwhile);
    return { Version };
  },
  "lambda update-alias": () => {
    if (args.includes("--revision-id") && value("--revision-id") !== revisionOf(value("--name"))) refuse("PreconditionFailedException");
    state.aliases[value("--name")] = value("--function-version");
    return {};
  },
  "lambda get-alias": () => ({ FunctionVersion: state.aliases[value("--name")], RoutingConfig: state.weights && { AdditionalVersionWeights: state.weights } }),
  "apigatewayv2 get-apis": () => ({ Items: state.http }),
  "apigatewayv2 get-stage": () => ({ StageVariables: state.variables }),
  "apigatewayv2 update-stage": () => { state.variables = JSON.parse(value("--stage-variables")); return {}; },
  "apigateway get-rest-apis": () => ({ items: state.rest }),
  "apigateway update-stage": () => { state.variables = { policy: /value=(.*)/.exec(value("--patch-operations"))[1] }; return {}; },
};
if (state.denied === call) refuse("AccessDeniedException");
console.log(JSON.stringify(answers[call]()));
writeFileSync(file, JSON.stringify(state));
`;

/** A project whose commands find the tool. */
export class RevokingProject extends ProjectCopy {
  private readonly file = this.path("fake-aws.json");

  constructor() {
    super();
    mkdirSync(this.path("bin"));
    writeFileSync(this.path("bin/aws"), TOOL);
    chmodSync(this.path("bin/aws"), 0o755);
  }

  /** Runs `npm run revoke` and returns the account afterwards. The output must not show its variables. */
  revoke(state: object, ...args: readonly string[]) {
    writeFileSync(this.file, JSON.stringify(state));
    const PATH = `${this.path("bin")}${delimiter}${process.env.PATH}`;
    const done = this.run(["revoke", ...args], { PATH, FAKE_AWS: this.file });
    expect(done.out + done.error).not.toContain("canary");
    return { ...done, after: JSON.parse(readFileSync(this.file, "utf8")) };
  }
}

const tags = (environment: string) => ({ application: "storefront", environment });

/** An account before a revocation. */
export const account = (changes: object = {}) => ({
  account: "111122223333",
  functions: { "storefront-dev-callers": { CLIENT_WEB: "client-id-canary" }, "storefront-prod-callers": {} },
  http: [{ ApiId: "h1", Name: "storefront-dev", Tags: tags("dev") }],
  rest: [{ id: "r1", name: "storefront-prod", tags: tags("prod") }],
  variables: { policy: "0f1e2d3c" },
  aliases: {},
  versions: ["{}"],
  calls: [],
  ...changes,
});
