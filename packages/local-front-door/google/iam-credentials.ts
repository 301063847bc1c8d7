import { auditEntry } from "../logs/log-entries";
import { headerValues, json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import type { LocalTrace } from "../trace/trace";
import { isAudited } from "./audit";
import { judgeBindings, requireKnownRoles } from "./bindings";
import { EnabledServices } from "./enabled-services";
import type { GoogleKeys } from "./keys";
import type { FederatedIdentity, GoogleSts } from "./sts";

const ACCOUNT = {
  read: ["account_id"],
} as const;
const BINDING = { read: ["service_account_id", "role", "members"] } as const;

const LIFE_SECONDS = 3600;

/** A refusal in Google's error model. */
class GoogleError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404,
    message: string,
    readonly declaration?: string,
  ) {
    super(message);
  }
}

/**
 * Google's IAM credentials API, as the stack's service accounts and their bindings define it. Only `generateIdToken`.
 */
export class IamCredentials {
  readonly host = "iamcredentials.googleapis.com";
  private readonly services: EnabledServices;
  private readonly accounts: readonly Resource[];
  private readonly bindings: readonly Resource[];

  constructor(
    private readonly stack: Stack,
    private readonly sts: GoogleSts,
    private readonly keys: GoogleKeys,
    private readonly trace: LocalTrace,
    private readonly now: () => number = Date.now,
  ) {
    this.services = new EnabledServices(stack);
    this.accounts = stack.declaredApart("google_service_account", ACCOUNT);
    this.bindings = stack.declaredApart("google_service_account_iam_binding", BINDING);
    requireKnownRoles(stack, this.bindings);
  }

  async handle(request: LocalRequest): Promise<LocalAnswer> {
    const off = this.services.refusal(
      this.trace,
      "iam-credentials",
      "iamcredentials.googleapis.com",
      "iam.googleapis.com",
    );
    if (off !== undefined) return off;
    try {
      return await this.generateIdToken(request);
    } catch (error) {
      if (!(error instanceof GoogleError || error instanceof StackError)) throw error;
      const [status, declaration] =
        error instanceof StackError ? [404, error.address] : [error.status, error.declaration];
      const message = declaration === undefined ? error.message : `${error.message} (${declaration})`;
      this.trace.refuse("iam-credentials", message, declaration);
      return json(status, { error: { code: status, message } });
    }
  }

  private async generateIdToken(request: LocalRequest): Promise<LocalAnswer> {
    const match = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateIdToken$/.exec(request.target);
    if (request.method !== "POST" || match?.[1] === undefined) throw new GoogleError(404, "not found");
    const identity = this.identityOf(request);
    const { audience } = readBody(request.body);
    const email = decodeURIComponent(match[1]);
    const account = this.stack.find(this.accounts, "email", email);
    if (account === undefined) {
      throw new GoogleError(404, "the stack declares no such account", `google_service_account (${email})`);
    }
    const declaration = this.audited(account, identity, audience, () => this.requireImpersonation(account, identity));
    this.trace.allow("iam-credentials", `issued an ID token of ${email} for ${audience}`, declaration);
    const issuedAt = Math.floor(this.now() / 1000);
    const subject = this.stack.text(account, "unique_id");
    const token = await this.keys.sign({
      aud: audience,
      azp: subject,
      sub: subject,
      email,
      email_verified: true,
      iat: issuedAt,
      exp: issuedAt + LIFE_SECONDS,
    });
    return json(200, { token });
  }

  /** Writes the audit log entry for a token that is issued, or that the account's bindings refuse. */
  private audited<T>(account: Resource, identity: FederatedIdentity, audience: string, decide: () => T): T {
    const { stack } = this;
    const { project } = stack.google;
    const [email_id, unique_id] = [stack.text(account, "email"), stack.text(account, "unique_id")];
    const write = (refusal?: string) => {
      if (!isAudited(stack, "iamcredentials.googleapis.com", "iam.googleapis.com")) return;
      const subject = identity.attributes.get("google.subject");
      const entry = auditEntry({
        project,
        serviceName: "iamcredentials.googleapis.com",
        methodName: "GenerateIdToken",
        principalSubject: `principal://iam.googleapis.com/${identity.pool}/subject/${subject}`,
        resourceName: `projects/-/serviceAccounts/${unique_id}`,
        resource: { type: "service_account", labels: { project_id: project, email_id, unique_id } },
        request: { name: `projects/-/serviceAccounts/${email_id}`, audience, includeEmail: true },
        ...(refusal !== undefined && { refusal }),
        at: this.now(),
      });
      this.trace.logs?.cloudLogging(entry);
    };
    try {
      const decided = decide();
      write();
      return decided;
    } catch (error) {
      write((error as Error).message);
      throw error;
    }
  }

  private identityOf(request: LocalRequest): FederatedIdentity {
    const [authorization, second] = headerValues(request, "authorization");
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
    const identity = token !== undefined && second === undefined ? this.sts.identityOf(token) : undefined;
    if (identity === undefined) throw new GoogleError(401, "no valid access token");
    return identity;
  }

  private requireImpersonation(account: Resource, { pool, attributes }: FederatedIdentity): string | undefined {
    const name = this.stack.text(account, "name");
    const bindings = this.stack.granting(this.bindings, "service_account_id", name);
    const verdict = judgeBindings(this.stack, bindings, "iam.serviceAccounts.getOpenIdToken", [
      ...memberNames(pool, attributes),
      "allUsers",
      "allAuthenticatedUsers",
    ]);
    if (!verdict.allowed) {
      const subject = attributes.get("google.subject");
      throw new GoogleError(403, `${subject} may not become ${name}`, verdict.declaration ?? account.address);
    }
    return verdict.declaration;
  }
}

/**
 * Returns every name by which a binding may refer to this identity.
 * https://cloud.google.com/iam/docs/principal-identifiers
 */
function memberNames(pool: string, attributes: ReadonlyMap<string, string>): readonly string[] {
  const base = `iam.googleapis.com/${pool}`;
  const names = [...attributes].map(([name, value]) =>
    name === "google.subject" ? `principal://${base}/subject/${value}` : `principalSet://${base}/${name}/${value}`,
  );
  return [...names, `principalSet://${base}/*`];
}

function readBody(body: string): { readonly audience: string } {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(body) as Record<string, unknown>;
  } catch {
    throw new GoogleError(400, "body is not JSON");
  }
  const { audience, includeEmail, ...others } = fields;
  if (Object.keys(others).length > 0) throw new GoogleError(400, "unknown fields");
  if (typeof audience !== "string" || audience === "") throw new GoogleError(400, "audience is missing");
  // Without the email address in the token, Cloud Run's IAM check cannot identify its owner.
  if (includeEmail !== true) throw new GoogleError(400, "the stand-in mints only tokens with the email address");
  return { audience };
}
