import { createServer, type Server } from "node:http";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import {
  headerValues,
  json,
  type LocalAnswer,
  type LocalRequest,
  readRequest,
  writeAnswer,
} from "../../../../packages/local-front-door/net/local-http";
import { listenOnLoopback, stopListening } from "../../../../packages/local-front-door/net/loopback";

type Claims = Readonly<Record<string, unknown>>;

/** The token with which a GitHub job requests its ID token. */
export const REQUEST_TOKEN = "made-up-request-token";

/** The token services of other clouds, all on one port of 127.0.0.1, each with its documented claims. */
export class TokenPlaces {
  /** Instead of the usual claims, or in addition. */
  claims: Claims = {};
  /** The requests that were answered. */
  readonly asked: string[] = [];

  private constructor(
    private readonly clouds: Clouds,
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(clouds: Clouds): Promise<TokenPlaces> {
    const server = createServer((incoming, outgoing) => {
      readRequest(incoming)
        .then((request) => places.answer(request))
        .catch((error: Error) => ({ status: 500, body: error.message }))
        .then((answer) => writeAnswer(outgoing, answer));
    });
    const places = new TokenPlaces(clouds, server, await listenOnLoopback(server));
    return places;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  stop(): Promise<void> {
    return stopListening(this.server);
  }

  private async answer(request: LocalRequest): Promise<LocalAnswer> {
    if (request.host === "metadata.google.internal") return this.google(request);
    if (request.target.startsWith("/github?")) return this.github(request);
    return this.aws(request);
  }

  /** https://docs.github.com/en/actions/reference/security/oidc */
  private async github(request: LocalRequest): Promise<LocalAnswer> {
    const audience = new URL(request.target, this.url).searchParams.get("audience");
    if (headerValues(request, "authorization")[0] !== `bearer ${REQUEST_TOKEN}`) return { status: 401, body: "" };
    const value = await this.sign("github", {
      sub: "repo:acme@1234567/storefront@7654321:environment:dev",
      environment: "dev",
      aud: audience,
      ref: "refs/heads/main",
      sha: "example-sha",
      repository: "acme/storefront",
      repository_owner: "acme",
      actor_id: "12",
      repository_visibility: "private",
      repository_id: "7654321",
      repository_owner_id: "1234567",
      run_id: "example-run-id",
      run_number: "10",
      run_attempt: "2",
      runner_environment: "github-hosted",
      actor: "octocat",
      workflow: "example-workflow",
      head_ref: "",
      base_ref: "",
      event_name: "workflow_dispatch",
      ref_type: "branch",
      job_workflow_ref: "acme/storefront/.github/workflows/check.yml@refs/heads/main",
    });
    return json(200, { count: value.length, value });
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html */
  private async aws(request: LocalRequest): Promise<LocalAnswer> {
    const form = new URLSearchParams(request.body);
    const signed = headerValues(request, "authorization")[0]?.includes("/eu-west-1/sts/aws4_request,");
    if (!signed || form.get("Action") !== "GetWebIdentityToken" || form.get("SigningAlgorithm") !== "RS256") {
      return { status: 400, body: "" };
    }
    const token = await this.sign("aws", {
      sub: "arn:aws:iam::111122223333:role/nightly-export",
      aud: form.get("Audience.member.1"),
      jti: "example-id",
      "https://sts.amazonaws.com/": {
        aws_account: "111122223333",
        source_region: "eu-west-1",
        principal_id: "arn:aws:iam::111122223333:role/nightly-export",
        org_id: "o-exampleorgid",
      },
    });
    const result = `<WebIdentityToken>${token}</WebIdentityToken><Expiration>2030-01-01T00:00:00Z</Expiration>`;
    const name = "GetWebIdentityToken";
    const body = `<${name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${name}Result>${result}</${name}Result></${name}Response>`;
    return { status: 200, headers: { "content-type": "text/xml" }, body };
  }

  /** https://cloud.google.com/compute/docs/instances/verifying-instance-identity */
  private async google(request: LocalRequest): Promise<LocalAnswer> {
    const { pathname, searchParams } = new URL(request.target, this.url);
    const place = "/computeMetadata/v1/instance/service-accounts/default/identity";
    if (pathname !== place || headerValues(request, "metadata-flavor")[0] !== "Google")
      return { status: 403, body: "" };
    const id = "112233445566778899001";
    return { status: 200, body: await this.sign("google", { sub: id, azp: id, aud: searchParams.get("audience") }) };
  }

  /**
   * The token that the kubelet writes into a pod, in which the audience is always a list.
   * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
   */
  clusterToken(audiences: readonly string[]): Promise<string> {
    return this.sign("jobs-cluster", {
      sub: "system:serviceaccount:jobs:stock-count",
      aud: audiences,
      jti: "e51f1fbc-4733-4b85-a59f-ba80c0523874",
      "kubernetes.io": {
        namespace: "jobs",
        node: { name: "node-1", uid: "646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1" },
        pod: { name: "stock-count", uid: "8ede6c4b-4d0a-41f5-8d9c-0a2c0e0e0d54" },
        serviceaccount: { name: "stock-count", uid: "14ee3fa4-a7e2-420f-9f9a-dbc4507c3798" },
      },
    });
  }

  private async sign(issuer: string, claims: Claims): Promise<string> {
    const signer = this.clouds.externalIssuers.find(({ id }) => id === issuer);
    if (signer === undefined) throw new Error(`the stack trusts no issuer ${issuer}`);
    this.asked.push(issuer);
    return signer.sign({ ...claims, ...this.claims });
  }
}
