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
import { callerName } from "../../intent/model/names";
import { printable } from "../../packages/local-front-door/trace/printable";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { projectError, usageError } from "../process/command-error";
import { jsonIn } from "../process/json";
import { stackFolder } from "../process/project";
import { readIntents, select } from "../synthesis/intents";
import { commandTerraform } from "../terraform/binary";
import { deployedValues, terraformOutputs, variablesOf } from "../terraform/outputs";
import { type Explanation, explanationOf, type Hint, needsOutputs, type Signature } from "./explanation";

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
  const disabled = new Set(intent.clients.flatMap((client) => (client.disabled ? [callerName(client)] : [])));
  const found = await explanationOf(token, { policy, variables, disabled, now, signatureOf });
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
    throw usageError(`${environment}: no oidc issuer`, "user pools are checked by npm run verify");
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

/** The explanation for a terminal, one line a fact. Neither the token nor its signature is in it. */
export function explanationText(found: Explanation, now: number): readonly string[] {
  const { issuer, claims, caller, refusal } = found;
  return [
    ...(issuer
      ? [`issuer: ${issuer.id} (${issuer.url})`]
      : claims
        ? [`issuer: ${claims.iss}, which config does not have`]
        : []),
    ...(claims ? [`signature: ${SIGNATURE[found.signature]}`] : []),
    ...(caller ? callerLines(found, now) : []),
    ...(refusal === undefined ? [] : [`refused: ${refusal} (docs/reference/refusal-reasons.md)`]),
    ...found.hints.map((hint) => `    ${hintText(hint)}`),
  ];
}

const SIGNATURE = {
  valid: "valid",
  invalid: "does not match the issuer's key",
  "unknown-key": "made with a key that the issuer does not publish",
  unchecked: "not checked: the issuer's keys are not available here (--keys <file> has them)",
  skipped: "not checked: the token is refused before that",
} as const;

function callerLines({ caller, claims, ignored, routes }: Explanation, now: number): readonly string[] {
  const minutes = Math.round(((claims?.exp ?? now) - now) / 60);
  const why = {
    "not-granted": "config does not grant it to this client",
    "not-mapped": "no entry of scopeValues",
    "not-actors": "config does not grant it to the party that acts",
    "not-read": "in a claim that config does not read for scopes",
  };
  const { actor } = caller ?? {};
  const agent = caller?.kind === "agent" ? " (an agent)" : "";
  return [
    `caller: ${caller?.client ?? caller?.subject}${actor === undefined ? agent : ""}`,
    `subject: ${caller?.subject}`,
    ...(actor === undefined ? [] : [`acting for the subject: ${actor}${agent}`]),
    `scopes that count: ${caller?.scopes.join(", ") || "none"}`,
    ...ignored.map(({ value, why: reason }) => `ignored: ${value} (${why[reason]})`),
    `routes: ${routes.join(", ") || "only public ones"}`,
    `expires: in ${minutes} min`,
  ];
}

function hintText(hint: Hint): string {
  switch (hint.kind) {
    case "issuer-spelling":
      return `the token's iss is ${hint.url}: write it so in issuers.${hint.issuer}.issuer`;
    case "issuers":
      return `config has ${hint.urls.join(", ") || "no issuer with tokens"}`;
    case "audience":
      return `the token is for ${hint.found.join(", ") || "no audience"}: request it for ${hint.expected.join(" or ")} (issuers.${hint.issuer}.audiences)`;
    case "entra-version":
      return `a token of version 1.0 for ${hint.found.join(", ") || "no audience"}: if that is the API of issuers.${hint.issuer}, set requestedAccessTokenVersion to 2 in its manifest; otherwise request a token for that API`;
    case "no-scopes":
      return `the token has no ${hint.claims.join(" and no ")}: ${hint.isEntra ? "assign the program an app role of the API, or request a scope of it for a person" : "let the issuer grant the client a scope"}`;
    case "claim":
      return `this token has ${hint.claim}: set issuers.${hint.issuer}.${hint.key}: ${hint.claim}`;
    case "client":
      return `add ${hint.client} to issuers.${hint.issuer}.clients, or as clients.<id>.clientId`;
    case "scopes": {
      const granting = `map it to scopes of a route in issuers.${hint.issuer}.scopeValues`;
      const listed = `add it to issuers.${hint.issuer}.scopes and to a route, or `;
      return `config grants nothing for ${hint.values.join(", ")}: ${hint.key === "scopes" ? listed : ""}${granting}`;
    }
    case "actor": {
      if (hint.actor === undefined) return "act names no party: let the issuer write an object with the party's sub";
      if (hint.other !== undefined)
        return `act names a party of ${hint.other}: only a client of ${hint.issuer} may act`;
      return `act names ${hint.actor}: if you trust it to act, declare it as a client of ${hint.issuer}`;
    }
    case "disabled":
      return `${hint.client} has disabled: true in config: remove it, and deploy, to let it call again`;
    case "algorithm":
      return "the authorizer accepts RS256 and ES256: let the issuer sign with one of them";
    case "clock":
      return hint.seconds > 0
        ? `it expired ${hint.seconds} s ago: request a new one, or correct this clock`
        : `it counts in ${-hint.seconds} s: correct the issuer's clock, or this one`;
  }
}
