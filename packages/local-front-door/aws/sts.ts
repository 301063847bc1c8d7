import { randomBytes, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { evaluatePolicy } from "../../terraform-access-review/access/iam/evaluate";
import { IamPolicyError } from "../../terraform-access-review/access/iam/pattern";
import { headerValues, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import type { LocalTrace } from "../trace/trace";
import { type AwsSessionCredentials, credentialsDocument, errorDocument, identityDocument, XML } from "./sts-documents";

interface Session extends AwsSessionCredentials {
  /** The role of the stack; undefined for a principal that the stack does not declare. */
  readonly role?: Resource;
  /** ARN that `GetCallerIdentity` returns. */
  readonly arn: string;
  readonly sessionName: string;
  /** IAM's unique id of the role or user; made up if unset. */
  readonly uniqueId?: string | undefined;
}

const ROLE = {
  read: ["name", "assume_role_policy", "max_session_duration"],
  immaterial: {
    permissions_boundary: "its policy is elsewhere, and is taken to permit what the role's own policies do",
  },
} as const;
/** Name of the sessions of principals outside the stack. */
const OUTSIDE_SESSION = "local";
const HOUR_SECONDS = 3600;

const ROLE_POLICY = { read: ["name", "role", "policy"] } as const;

/** A refusal by AWS STS: its error code, and the declaration at fault, if there is one. */
class StsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly declaration?: string,
  ) {
    super(message);
  }
}

/**
 * AWS STS as the stack's roles define it: credentials for the functions, AssumeRole and GetCallerIdentity. All roles
 * belong to one account. A trust policy that names the caller is therefore enough, unless the caller's own policies
 * deny it. One that names the account leaves the decision to the caller's policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 */
export class AwsSts {
  readonly host: string;
  private readonly sessions = new Map<string, Session>();
  private readonly roles: readonly Resource[];
  private readonly rolePolicies: readonly Resource[];
  /** Resources that could give a role other policies than the declared ones. */
  private readonly attached: readonly Attached[];

  constructor(
    private readonly stack: Stack,
    private readonly trace: LocalTrace,
    private readonly now: () => number = Date.now,
  ) {
    this.host = `sts.${stack.aws.region}.amazonaws.com`;
    this.roles = stack.declaredApart("aws_iam_role", ROLE);
    this.rolePolicies = stack.declaredApart("aws_iam_role_policy", ROLE_POLICY);
    this.attached = attachedPolicies(stack, this.rolePolicies);
  }

  /**
   * Returns what Lambda sets in a function's environment: credentials of its execution role, if that role trusts
   * Lambda.
   */
  functionCredentials(roleArn: string, functionName: string): AwsSessionCredentials {
    const role = this.roleByArn(roleArn);
    const request = { action: "sts:AssumeRole", resource: roleArn, principals: ["lambda.amazonaws.com"], context: {} };
    const trust = verdict(() => evaluatePolicy(this.stack.text(role, "assume_role_policy"), request, "trust"));
    if (trust !== "allow") {
      throw new StackError(`${role.address}.assume_role_policy`, `the role does not trust Lambda: ${trust}`);
    }
    return this.openSession(this.sessionOf(role, functionName), 12 * HOUR_SECONDS);
  }

  /**
   * Returns credentials of a principal that the stack does not declare, such as a caller. They only prove its identity.
   */
  outsideCredentials(principal: string, uniqueId?: string): AwsSessionCredentials {
    const [, account, role] = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principal) ?? [];
    const arn = role === undefined ? principal : `arn:aws:sts::${account}:assumed-role/${role}/${OUTSIDE_SESSION}`;
    return this.openSession({ arn, sessionName: OUTSIDE_SESSION, uniqueId }, HOUR_SECONDS);
  }

  /** Answers one signed request to this host. */
  async handle(request: LocalRequest): Promise<LocalAnswer> {
    try {
      return await this.answer(request);
    } catch (error) {
      const declaration =
        error instanceof StsError ? error.declaration : error instanceof StackError ? error.address : undefined;
      const code = error instanceof StsError || error instanceof SignatureError ? error.code : "InternalFailure";
      const message = `${(error as Error).message}${declaration ? ` (${declaration})` : ""}`;
      this.trace.refuse("aws-sts", `${code}: ${message}`, declaration);
      return { status: code === "IncompleteSignature" ? 400 : 403, headers: XML, body: errorDocument(code, message) };
    }
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    const url = `https://${request.host}${request.target}`;
    const scope = { region: this.stack.aws.region, service: "sts" };
    const { accessKeyId } = await verifySignature(
      { ...request, url },
      scope,
      (id) => this.sessions.get(id),
      this.now(),
    );
    const session = this.sessions.get(accessKeyId) as Session;
    const parameters = parametersOf(request, url);
    if (parameters.get("Version") !== "2011-06-15") throw new StsError("InvalidAction", "unknown API version");
    if (parameters.get("Action") === "GetCallerIdentity") return this.callerIdentity(session);
    if (parameters.get("Action") === "AssumeRole") return this.assumeRole(session, parameters);
    throw new StsError("InvalidAction", "the stand-in knows AssumeRole and GetCallerIdentity");
  }

  private assumeRole(caller: Session, parameters: URLSearchParams): LocalAnswer {
    requireParameters(parameters, ["Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds"]);
    const role = this.roleByArn(parameters.get("RoleArn") ?? "");
    const sessionName = parameters.get("RoleSessionName") ?? "";
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) throw new StsError("ValidationError", "RoleSessionName");
    const seconds = Number(parameters.get("DurationSeconds") ?? 3600);
    const longest = Math.min(3600, Number(this.stack.value(role, "max_session_duration") ?? 3600));
    // The caller is itself a role: a chained session lasts an hour at most, even if the role allows more.
    if (!(seconds >= 900 && seconds <= longest))
      throw new StsError("ValidationError", `DurationSeconds over ${longest}`);
    this.requireAllowed(caller, role, sessionName);
    const session = this.openSession(this.sessionOf(role, sessionName), seconds);
    this.trace.allow("aws-sts", `${caller.arn} assumed ${session.arn}`, role.address);
    return { status: 200, headers: XML, body: credentialsDocument(session, session.arn) };
  }

  private requireAllowed(caller: Session, role: Resource, sessionName: string): void {
    if (caller.role === undefined) throw new StsError("AccessDenied", `${caller.arn} is no role of the stack`);
    const callerArn = this.stack.text(caller.role, "arn");
    const request = {
      action: "sts:AssumeRole",
      resource: this.stack.text(role, "arn"),
      principals: [callerArn, caller.arn],
      context: { "aws:PrincipalArn": callerArn, "sts:RoleSessionName": sessionName },
    };
    const trust = verdict(() => evaluatePolicy(this.stack.text(role, "assume_role_policy"), request, "trust"));
    if (trust !== "allow" && trust !== "account") {
      throw new StsError("AccessDenied", `trust: ${trust}`, `${role.address}.assume_role_policy`);
    }
    const name = this.stack.text(caller.role, "name");
    const policies = this.rolePolicies.filter((policy) => isOfRole(this.stack, policy, "role", name));
    const attached = this.attached.filter(({ resource, role }) => isOfRole(this.stack, resource, role, name));
    this.stack.requireUnderstood(caller.role, ...policies, ...attached.map(({ resource }) => resource));
    const own = policies.map(({ address, ...policy }) => ({
      declaration: `${address}.policy`,
      found: verdict(() => evaluatePolicy(this.stack.text({ address, ...policy }, "policy"), request, "identity")),
    }));
    const against = own.find(({ found }) => found !== "allow" && found !== "none");
    const allowed = trust === "allow" || own.some(({ found }) => found === "allow");
    if (against === undefined && allowed) return;
    const { declaration, found } = against ?? own[0] ?? { declaration: caller.role.address, found: "no policy" };
    throw new StsError("AccessDenied", `identity: ${found}`, declaration);
  }

  private callerIdentity(session: Session): LocalAnswer {
    const { arn, role, sessionName, uniqueId = "AROALOCAL" } = session;
    this.trace.allow("aws-sts", `GetCallerIdentity: ${arn}`, role?.address);
    const [, , , , account = ""] = arn.split(":");
    return {
      status: 200,
      headers: XML,
      body: identityDocument(arn, account, arn.includes(":assumed-role/") ? `${uniqueId}:${sessionName}` : uniqueId),
    };
  }

  private roleByArn(arn: string): Resource {
    const role = this.stack.find(this.roles, "arn", arn);
    if (role === undefined) throw new StsError("AccessDenied", `no role of the stack has the ARN ${arn}`);
    return role;
  }

  private sessionOf(role: Resource, sessionName: string): Pick<Session, "arn" | "role" | "sessionName"> {
    const arn = `arn:aws:sts::${this.stack.aws.account}:assumed-role/${this.stack.text(role, "name")}/${sessionName}`;
    return { arn, role, sessionName };
  }

  private openSession(of: Pick<Session, "arn" | "role" | "sessionName" | "uniqueId">, seconds: number): Session {
    const session: Session = {
      ...of,
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(240).toString("base64"),
      expiresAt: this.now() + seconds * 1000,
    };
    this.sessions.set(session.accessKeyId, session);
    return session;
  }
}

/** An unknown element or condition does not count as an allow. */
function verdict(evaluate: () => string): string {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof IamPolicyError) return error.message;
    throw error;
  }
}

/** From the query of a URL, or the form in the body. */
function parametersOf(request: LocalRequest, url: string): URLSearchParams {
  const query = new URL(url).searchParams;
  if (query.size > 0 || request.body === "") return query;
  const [type = ""] = headerValues(request, "content-type");
  if (!type.startsWith("application/x-www-form-urlencoded"))
    throw new StsError("InvalidAction", "the body is not a form");
  return new URLSearchParams(request.body);
}

function requireParameters(parameters: URLSearchParams, known: readonly string[]): void {
  const names = [...parameters.keys()];
  const odd = names.find((name, index) => !known.includes(name) || names.indexOf(name) !== index);
  if (odd !== undefined) throw new StsError("ValidationError", `parameter ${odd} is unknown or occurs twice`);
}

const INLINE = { read: ["role_name", "policy_names"] } as const;
const MANAGED = { read: ["role_name", "policy_arns"] } as const;
const ATTACHMENT = { read: ["role", "policy_arn"] } as const;

/** AWS managed policies that do not allow the principal to assume a role. Nothing else about them matters here. */
const HARMLESS: readonly string[] = [
  "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
];

interface Attached {
  readonly resource: Resource;
  /** The attribute that names its role. */
  readonly role: "role" | "role_name";
}

/**
 * Whether an attribute names this role. A policy may deny, so one whose role is not known counts for every role, unless
 * it refers to a role of the stack whose own name only an apply knows.
 */
function isOfRole(stack: Stack, resource: Resource, attribute: string, role: string): boolean {
  const named = stack.textIfKnown(resource, attribute);
  if (named !== undefined) return named === role;
  const written = String(resource.body[attribute]);
  return !stack
    .all("aws_iam_role")
    .some(({ address }) => [`\${${address}.id}`, `\${${address}.name}`].includes(written));
}

/**
 * Returns what could change a role's policies beyond declaring them. `aws_iam_role_policies_exclusive` removes policies
 * that it does not list. `aws_iam_role_policy_attachments_exclusive` attaches those that it lists. Either could leave the
 * role with policies other than the declared ones, so both must list exactly those. Anything else is a fault of its own.
 */
function attachedPolicies(stack: Stack, rolePolicies: readonly Resource[]): readonly Attached[] {
  const requireHarmless = (resource: Resource, attribute: string, arns: readonly string[]) => {
    const unknown = arns.find((arn) => !HARMLESS.includes(arn));
    if (unknown === undefined) return;
    throw new StackError(`${resource.address}.${attribute}`, `the stand-in does not know the policy ${unknown}`);
  };
  const inline = stack.declaredApart("aws_iam_role_policies_exclusive", INLINE);
  const managed = stack.declaredApart("aws_iam_role_policy_attachments_exclusive", MANAGED);
  const attachments = stack.declaredApart("aws_iam_role_policy_attachment", ATTACHMENT);
  for (const each of inline) stack.apart(each, () => requireListed(stack, each, rolePolicies));
  for (const each of managed) {
    stack.apart(each, () => requireHarmless(each, "policy_arns", stack.texts(each, "policy_arns")));
  }
  for (const each of attachments) {
    stack.apart(each, () => requireHarmless(each, "policy_arn", [stack.text(each, "policy_arn")]));
  }
  return [
    ...[...inline, ...managed].map((resource) => ({ resource, role: "role_name" as const })),
    ...attachments.map((resource) => ({ resource, role: "role" as const })),
  ];
}

function requireListed(stack: Stack, exclusive: Resource, rolePolicies: readonly Resource[]): void {
  const role = stack.text(exclusive, "role_name");
  const declared = rolePolicies.filter((policy) => isOfRole(stack, policy, "role", role));
  const names = declared.map((policy) => stack.text(policy, "name")).sort();
  const listed = [...stack.texts(exclusive, "policy_names")].sort();
  if (names.join() === listed.join()) return;
  throw new StackError(
    `${exclusive.address}.policy_names`,
    `lists [${listed}], and the declared policies of ${role} are [${names}]: an apply would remove some`,
  );
}

/** A request as it arrived; header names in upper or lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The data of an access key. */
interface KnownCredentials {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface VerifiedSignature {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
}

interface SignatureScope {
  readonly region: string;
  readonly service: string;
}

/**
 * Maximum age of a signed request, and how far ahead of time it may be. STS documents no number. AWS's general limit is
 * five minutes; a few services take fifteen.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const FRESH_MILLISECONDS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Why a signature is refused, in AWS's own error codes. */
export class SignatureError extends Error {
  constructor(
    readonly code:
      | "MissingAuthenticationToken"
      | "IncompleteSignature"
      | "SignatureDoesNotMatch"
      | "InvalidClientTokenId"
      | "ExpiredToken",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Recomputes a SigV4 signature with AWS's own library, which the authorizer does not contain. Refuses the request
 * unless everything about it meets AWS's requirements.
 */
export async function verifySignature(
  request: SignedRequest,
  scope: SignatureScope,
  credentialsOf: (accessKeyId: string) => KnownCredentials | undefined,
  now = Date.now(),
): Promise<VerifiedSignature> {
  const headers = uniqueHeaders(request);
  const match = AUTHORIZATION.exec(headers.get("authorization") ?? "");
  if (match === null) throw new SignatureError("MissingAuthenticationToken", "no SigV4 authorization header");
  const [, accessKeyId = "", day = "", region = "", service = "", signed = "", signature = ""] = match;
  if (region !== scope.region || service !== scope.service) {
    throw new SignatureError(
      "SignatureDoesNotMatch",
      `credential scope ${region}/${service}, expected ${scope.region}/${scope.service}`,
    );
  }
  const signingDate = requireFreshDate(headers.get("x-amz-date"), day, now);
  const signedHeaders = signed.split(";");
  requireSignedHeaders(signedHeaders, headers, request.url);
  const credentials = credentialsOf(accessKeyId);
  if (credentials === undefined) throw new SignatureError("InvalidClientTokenId", `unknown access key ${accessKeyId}`);
  if (headers.get("x-amz-security-token") !== credentials.sessionToken) {
    throw new SignatureError("InvalidClientTokenId", "the session token does not belong to the access key");
  }
  if (credentials.expiresAt <= now) throw new SignatureError("ExpiredToken", "credentials have expired");
  const expected = await sign(request, headers, signedHeaders, scope, { ...credentials, accessKeyId }, signingDate);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new SignatureError("SignatureDoesNotMatch", "the signature does not match the request");
  }
  return { accessKeyId, signedHeaders };
}

function uniqueHeaders({ headers }: SignedRequest): ReadonlyMap<string, string> {
  const unique = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (unique.has(key)) throw new SignatureError("IncompleteSignature", `header ${key} occurs twice`);
    unique.set(key, value);
  }
  return unique;
}

function requireFreshDate(text: string | undefined, day: string, now: number): Date {
  const iso = text?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime()) || !text?.startsWith(day)) {
    throw new SignatureError("IncompleteSignature", "x-amz-date is missing or differs from the credential scope");
  }
  if (Math.abs(now - date.getTime()) > FRESH_MILLISECONDS) {
    throw new SignatureError("SignatureDoesNotMatch", `signature of ${text} is not fresh`);
  }
  return date;
}

/** AWS requires `host`, every `x-amz-*` header that is present, and `content-type`. */
function requireSignedHeaders(signed: readonly string[], headers: ReadonlyMap<string, string>, url: string): void {
  const demanded = [...headers.keys()].filter((name) => name.startsWith("x-amz-") || name === "content-type");
  for (const name of ["host", ...demanded]) {
    if (!signed.includes(name)) throw new SignatureError("SignatureDoesNotMatch", `header ${name} is not signed`);
  }
  for (const name of signed) {
    if (!headers.has(name)) throw new SignatureError("IncompleteSignature", `signed header ${name} is missing`);
  }
  if (headers.get("host") !== new URL(url).host)
    throw new SignatureError("SignatureDoesNotMatch", "host differs from the URL");
}

async function sign(
  request: SignedRequest,
  headers: ReadonlyMap<string, string>,
  signedHeaders: readonly string[],
  { region, service }: SignatureScope,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string },
  signingDate: Date,
): Promise<string> {
  const url = new URL(request.url);
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: Object.fromEntries(signedHeaders.map((name) => [name, headers.get(name) ?? ""])),
      body: request.body,
    },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return signed.headers.authorization?.split("Signature=")[1] ?? "";
}
