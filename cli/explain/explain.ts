import { existsSync, readFileSync } from "node:fs";
import { text as textOf } from "node:stream/consumers";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import { type HttpsCall, httpsCall } from "../../functions/authorizer/request/https-call";
import { Refusal } from "../../functions/authorizer/request/outcome";
import { isAwsIamToken } from "../../functions/authorizer/token/aws-iam/signed-identity";
import type { TrustedIssuer } from "../../functions/authorizer/token/issuers";
import { DOCUMENT_LIMITS, KeySet } from "../../functions/authorizer/token/key-sets";
import { SigningKey } from "../../functions/authorizer/token/signing-key";
import type { UnverifiedToken } from "../../functions/authorizer/token/unverified-token";
import { printable } from "../../packages/local-front-door/trace/printable";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { projectError, usageError } from "../process/command-error";
import { jsonIn } from "../process/json";
import { stackFolder } from "../process/project";
import { readIntents, select } from "../synthesis/intents";
import { commandTerraform } from "../terraform/binary";
import { deployedValues, terraformOutputs, variablesOf } from "../terraform/outputs";
import { explanationOf, needsOutputs, type Signature } from "./explanation";
import { explanationText } from "./words";

/** Options of the command. Its help describes each of them. */
export interface ExplainOptions {
  readonly keys?: string;
  readonly checkIssuer?: boolean;
}

/** `npm run explain -- env < token`: what the authorizer decides on a token, and why. The token is never an argument. */
export async function explain(environment: string, options: ExplainOptions): Promise<void> {
  const [intent] = select(readIntents(), [environment]);
  if (intent === undefined) throw new Error(`no intent of ${environment}`);
  const policy = authorizerPolicy(intent);
  if (options.checkIssuer) return checkIssuers(environment, policy);
  const token = process.stdin.isTTY ? "" : (await textOf(process.stdin)).trim().replace(/^Bearer /, "");
  if (token === "") {
    throw usageError("no token on standard input", `pipe it, as in: npm run explain -- ${environment} < token.txt`);
  }
  if (isAwsIamToken(token)) {
    throw usageError("this is an AWS IAM token: only AWS STS can say whose it is", "explain a JWT");
  }
  const keys = options.keys === undefined ? undefined : keysIn(options.keys);
  const iss = jsonIn(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())?.iss;
  const variables = needsOutputs(iss, policy.issuers)
    ? variablesOf(
        policy,
        deployedValues(await terraformOutputs(commandTerraform(), stackFolder(environment), environment), environment),
      )
    : {};
  const now = Date.now() / 1000;
  const signatureOf = (read: UnverifiedToken, issuer: TrustedIssuer) => signature(read, issuer, keys);
  const found = await explanationOf(token, { policy, variables, now, signatureOf });
  console.log(explanationText(found, now).map(printable).join("\n"));
  if (found.refusal !== undefined) throw projectError(`${environment}: the authorizer refuses this token`);
}

function keysIn(file: string): readonly unknown[] {
  const keys: unknown = existsSync(file) ? jsonIn(readFileSync(file, "utf8"))?.keys : undefined;
  if (Array.isArray(keys)) return keys;
  throw usageError(`--keys ${file}: expected a JSON Web Key Set, { "keys": […] }`, "save the issuer's jwks_uri");
}

/** @param given the keys of a file; undefined: the issuer's own, if it can be reached */
export async function signature(
  token: UnverifiedToken,
  issuer: TrustedIssuer,
  given: readonly unknown[] | undefined,
  call: HttpsCall = httpsCall,
): Promise<Signature> {
  try {
    const key =
      given === undefined
        ? await new KeySet(issuer, call).find(token.kid, token.alg)
        : given.map((each) => SigningKey.from(each)).find((each) => each?.kid === token.kid && each.alg === token.alg);
    if (key === undefined) return "unknown-key";
    return key.verify(token) ? "valid" : "invalid";
  } catch (error) {
    if (error instanceof Refusal) return "unchecked";
    throw error;
  }
}

/** What the authorizer will meet at each issuer whose tokens are JWTs: one line each, and an error if it cannot work. */
async function checkIssuers(environment: string, policy: AuthorizerPolicy): Promise<void> {
  const external = policy.issuers.flatMap((each) => (each.kind === "oidc" ? [each] : []));
  if (external.length === 0)
    throw usageError(`${environment}: no oidc issuer`, "user pools are checked by verify:live");
  const reports = await Promise.all(external.map(({ id, issuer }) => issuerReport(id, issuer)));
  for (const { line } of reports) console.log(printable(line));
  if (reports.some(({ isSound }) => !isSound))
    throw projectError(`${environment}: the authorizer cannot use an issuer`);
}

export interface IssuerReport {
  readonly line: string;
  readonly isSound: boolean;
}

/** Reads an issuer's discovery document and keys as the authorizer does. */
export async function issuerReport(id: string, url: string, call: HttpsCall = httpsCall): Promise<IssuerReport> {
  const start = performance.now();
  const failed = (why: string): IssuerReport => ({ line: `${id}: ${url}: ${why}`, isSound: false });
  const document = async (at: string) => {
    const { status, body } = await call(
      { method: "GET", url: at, headers: { accept: "application/json" } },
      DOCUMENT_LIMITS,
    );
    return status === 200 ? jsonIn(body) : undefined;
  };
  try {
    const discovery = await document(`${url.replace(/\/$/, "")}/.well-known/openid-configuration`);
    if (discovery === undefined) return failed("no discovery document");
    if (discovery.issuer !== url)
      return failed(`its discovery document names ${discovery.issuer}: write that as the issuer`);
    const keys: unknown = (await document(String(discovery.jwks_uri)))?.keys;
    if (!Array.isArray(keys)) return failed(`no key set at ${discovery.jwks_uri}`);
    const usable = keys.flatMap((each) => SigningKey.from(each) ?? []);
    const milliseconds = Math.round(performance.now() - start);
    if (usable.length === 0) return failed(`none of its ${keys.length} keys verifies RS256 or ES256`);
    const named = usable.map(({ kid, alg }) => `${alg} ${kid}`).join(", ");
    const others = keys.length - usable.length;
    return {
      line: `${id}: ${url}: ${usable.length} ${usable.length === 1 ? "key" : "keys"} (${named})${others > 0 ? `, ${others} of another use` : ""}, in ${milliseconds} ms`,
      isSound: true,
    };
  } catch (error) {
    return failed((error as Error).message);
  }
}
