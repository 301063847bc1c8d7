import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { awsIamToken } from "../../../contract/aws-iam-token";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import type { HttpsCall, HttpsRequest } from "../../../functions/authorizer/request/https-call";
import { SignatureError, verifySignature } from "../../../packages/local-front-door/aws/sts";
import { POLICY } from "./policy";

export const ROLE = "arn:aws:iam::111122223333:role/nightly-export";
export const SESSION = "arn:aws:sts::111122223333:assumed-role/nightly-export/run-7";
export const DOOR = { host: "api.shop.example.com", door: "storefront-dev", region: "eu-west-1" };
const STS = "sts.eu-west-1.amazonaws.com";

export const AWS_IAM_POLICY: AuthorizerPolicy = {
  ...POLICY,
  issuers: [
    ...POLICY.issuers,
    { id: "roles", kind: "aws-iam", door: DOOR.door, subjects: [{ subject: ROLE, scopes: ["orders/read"] }] },
  ],
};

const CREDENTIALS = {
  accessKeyId: "ASIAAAAAAAAAAAAAAAAA",
  secretAccessKey: "secret/of+a/test",
  sessionToken: "session/token+of/a/test==",
};

export interface Signing {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly method?: string;
  readonly region?: string;
  readonly service?: string;
  readonly applyChecksum?: boolean;
  readonly withoutSession?: boolean;
  /** Seconds from now. Default: 0. */
  readonly signedAfter?: number;
  readonly secretAccessKey?: string;
}

/** Returns the headers of a request that a caller of the door signs with AWS's own library, with optional changes. */
export async function signedHeaders(change: Signing = {}): Promise<Readonly<Record<string, string>>> {
  const signingDate = new Date(Date.now() + 1000 * (change.signedAfter ?? 0));
  const { sessionToken, ...own } = CREDENTIALS;
  const signer = new SignatureV4({
    credentials: {
      ...own,
      ...(change.withoutSession ? {} : { sessionToken }),
      ...(change.secretAccessKey && { secretAccessKey: change.secretAccessKey }),
    },
    region: change.region ?? DOOR.region,
    service: change.service ?? "sts",
    sha256: Sha256,
    applyChecksum: change.applyChecksum ?? false,
  });
  const headers: Readonly<Record<string, string | undefined>> = {
    host: STS,
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "x-front-door-host": DOOR.host,
    "x-front-door-name": DOOR.door,
    "x-front-door-expires": String(Math.floor(signingDate.getTime() / 1000) + 300),
    ...change.headers,
  };
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const signed = await signer.sign(
    {
      method: change.method ?? "POST",
      protocol: "https:",
      hostname: headers.host ?? STS,
      path: "/",
      headers: Object.fromEntries(present),
      body: change.body ?? "Action=GetCallerIdentity&Version=2011-06-15",
    },
    { signingDate },
  );
  return signed.headers;
}

export async function tokenOf(change?: Signing): Promise<string> {
  return awsIamToken(await signedHeaders(change));
}

/** A token of these members, of any shape. */
export function tokenWith(members: unknown): string {
  return `aws-iam.${Buffer.from(JSON.stringify(members)).toString("base64url")}`;
}

/** The role's unique id in answers of AWS STS. */
export const UNIQUE_ID = "AROAEXAMPLEEXAMPLE123";

export function identityXml(arn: string, account = arn.split(":")[4] ?? "", userId = `${UNIQUE_ID}:run-7`): string {
  const result = `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account>`;
  return `<GetCallerIdentityResponse><GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

/** A stand-in for AWS STS: recomputes the signature of the request that it gets, with AWS's own library. */
export function stsThatVerifies(arn = SESSION): { readonly call: HttpsCall; readonly requests: HttpsRequest[] } {
  const requests: HttpsRequest[] = [];
  return {
    requests,
    call: async (request) => {
      requests.push(request);
      const { method, url, headers = {}, body = "" } = request;
      const all: [string, string][] = [["host", new URL(url).host], ...Object.entries(headers)];
      const scope = { region: DOOR.region, service: "sts" };
      const known = { ...CREDENTIALS, expiresAt: Date.now() + 60_000 };
      try {
        await verifySignature({ method, url, headers: all, body }, scope, () => known);
        return { status: 200, body: identityXml(arn) };
      } catch (error) {
        if (!(error instanceof SignatureError)) throw error;
        return { status: 403, body: `<Code>${error.code}</Code>` };
      }
    },
  };
}
