import { request } from "node:http";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import type { LocalFunction } from "../../../../packages/local-front-door/function/function";
import {
  awsRoleClaims,
  cognitoClaims,
  type LocalIssuer,
  oktaClaims,
} from "../../../../packages/local-front-door/issuers/issuers";

type Claims = Record<string, unknown>;

/** People and programs of the shop in `config/dev.yaml`, with tokens from its issuers. */
export class Callers {
  constructor(private readonly clouds: Clouds) {}

  /** A person in the browser, through the app client `web`. */
  web(scopes: readonly string[], claims: Claims = {}): Promise<string> {
    const clientId = this.function("callers").variables.CLIENT_WEB ?? "";
    return this.token("customers", { ...cognitoClaims({ clientId, scopes, subject: "ann" }), ...claims });
  }

  /** The program behind the app client `reporting-agent`. */
  reportingAgent(scopes: readonly string[]): Promise<string> {
    const clientId = this.function("callers").variables.CLIENT_REPORTING_AGENT ?? "";
    return this.token("customers", cognitoClaims({ clientId, scopes }));
  }

  /** An employee, through Okta. */
  employee(scopes: readonly string[], claims: Claims = {}): Promise<string> {
    const { audiences, clients } = this.issuer("workforce");
    const parts = { clientId: clients?.[0] ?? "", audience: audiences?.[0] ?? "", subject: "bob@acme.example" };
    return this.token("workforce", { ...oktaClaims({ ...parts, scopes }), ...claims });
  }

  /** The AWS role `nightly-export`. */
  nightlyExport(claims: Claims = {}): Promise<string> {
    const { audiences, subjects } = this.issuer("aws");
    const parts = { roleArn: subjects?.[0]?.subject ?? "", audience: audiences?.[0] ?? "" };
    return this.token("aws", { ...awsRoleClaims(parts), ...claims });
  }

  function(name: "callers" | "public"): LocalFunction {
    const found = this.clouds.functions.find((each) => each.name === `storefront-dev-${name}`);
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  }

  /** The lines a function has logged, parsed, and forgotten afterwards. */
  log(name: "callers" | "public"): Record<string, unknown>[] {
    return this.function(name)
      .log.splice(0)
      .map((line) => JSON.parse(line));
  }

  /** An issuer of the policy that the artefact carries. */
  private issuer(id: string): PolicyIssuer {
    const { issuers } = JSON.parse(this.function("callers").file("authorizer-policy.json") ?? "");
    return (issuers as readonly PolicyIssuer[]).find((issuer) => issuer.id === id) as PolicyIssuer;
  }

  private token(issuer: string, claims: Claims): Promise<string> {
    return (this.clouds.issuers.get(issuer) as LocalIssuer).token(claims);
  }
}

interface PolicyIssuer {
  readonly id: string;
  readonly audiences?: readonly string[];
  readonly clients?: readonly string[];
  readonly subjects?: readonly { readonly subject: string }[];
}

/** A request through the gateway. */
export interface Sent {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Sends the path byte for byte: `fetch` would resolve `%2e%2e` itself. */
export function send(clouds: Clouds, path: string, { method = "GET", token, headers }: Sent = {}): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const { hostname, port } = new URL(clouds.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, agent: false, headers: { ...authorization, ...headers } });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const id = String(incoming.headers["apigw-requestid"]);
        const init = { status: incoming.statusCode, headers: { "apigw-requestid": id } };
        resolve(new Response(Buffer.concat(chunks), init));
      });
    });
    outgoing.end();
  });
}
