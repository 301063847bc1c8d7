import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync, stop } from "esbuild";
import { strToU8, unzipSync, zipSync } from "fflate";
import type { Change } from "../local/document";
import { ROOT } from "../places";

/** A header of the event that states how to refuse. No gateway reads it. */
export const REASON_HEADER = "x-reason";

/**
 * The authorizer's own handlers, log and answers, with a verifier that refuses as the caller wishes. Other tests cover
 * the real verifier.
 */
const SOURCE = `
import { readFileSync } from "node:fs";
import { httpApiHandler } from "./functions/authorizer/handler/http-api";
import { restApiHandler } from "./functions/authorizer/handler/rest-api";
import { pathRules } from "./functions/authorizer/request/path-rule";
import { Refusal } from "./functions/authorizer/request/outcome";

const policy = JSON.parse(readFileSync(new URL("authorizer-policy.json", import.meta.url), "utf8"));
const caller = { issuer: "customers", client: "customers/web", subject: "ann", scopes: [] };
let wish;
const verifier = {
  verify: async () => {
    const [decision, reason] = wish.split(" ");
    throw new Refusal(decision, reason, ["scope", "client-revoked"].includes(reason) ? caller : undefined);
  },
};
const props = {
  kind: "callers", policy, rules: pathRules(policy),
  decider: { verifier, googleTokens: {}, revoked: new Set() },
  write: (line) => process.stdout.write(line),
};
const [http, rest] = [httpApiHandler(props), restApiHandler(props)];
export const callers = (event) => {
  const headers = event.multiValueHeaders ?? {};
  wish = event.headers?.["${REASON_HEADER}"] ?? headers["${REASON_HEADER}"]?.[0] ?? "unavailable internal";
  return "routeArn" in event ? http(event) : rest(event);
};
`;

/**
 * Replaces a stack's function \`callers\` with one that refuses as each call wishes. @param original the archive that
 * it replaces
 */
export function refusingFunction(original: string): { readonly change: Change; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "refusing-function-"));
  const { outputFiles } = buildSync({
    stdin: { contents: SOURCE, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  // Otherwise esbuild's process would wait for the next bundle.
  stop();
  const policy = unzipSync(readFileSync(original))["authorizer-policy.json"] ?? strToU8("{}");
  const file = join(folder, "function.zip");
  writeFileSync(
    file,
    zipSync({ "index.mjs": outputFiles[0]?.contents ?? strToU8(""), "authorizer-policy.json": policy }),
  );
  const change: Change = ({ resource }) => {
    const { callers } = resource.aws_lambda_function ?? {};
    if (callers === undefined) throw new Error("the stack has no function callers");
    callers.filename = file;
    delete callers.source_code_hash;
  };
  return { change, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
