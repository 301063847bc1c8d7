import type { PolicyMcp } from "../../../contract/policy-file";
import { RESOURCE_METADATA } from "../../../intent/derived/mcp";
import { jsonIn } from "../../process/json";
import { type Answer, inWords } from "../deployed/answer";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { type FrontDoor, type Probe, planOf } from "./probe";

const NO_SERVER = "no service of this environment has mcp";

export const mcpMetadata: Probe = {
  id: "mcp-metadata",
  question: "Do the well-known paths publish the MCP server's document, without a token?",
  settles: "AWS does not document how a MOCK integration answers if the API treats every body as binary.",
  plan(door) {
    const server = serverOf(door);
    if (server === undefined) return couldNotTell(NO_SERVER);
    const paths = [RESOURCE_METADATA, `${RESOURCE_METADATA}${server.path}`];
    const requests = paths.map((path) => ({ method: "GET", to: "gateway", path }) as const);
    return planOf(requests, (answers) => {
      const wrong = answers.flatMap((answer, index) =>
        answer.status === 200 && jsonIn(answer.body)?.resource === server.mcp.audience
          ? []
          : [`${paths[index]}: ${inWords(answer)}`],
      );
      if (wrong.length === 0) return confirmed(`both name ${server.mcp.audience}`);
      return refuted(
        wrong.join("; "),
        "clients cannot find out where to get a token",
        "compare the methods below /.well-known with stacks/aws/rest/documents.ts: npx cdktf plan",
      );
    });
  },
};

export const mcpChallenge: Probe = {
  id: "mcp-challenge",
  question: "Does a call of the MCP server without a valid token get 401 with WWW-Authenticate, under that name?",
  settles:
    "AWS documents that it renames the header in answers of services, not what it does with that of a gateway response.",
  plan(door) {
    const server = serverOf(door);
    if (server === undefined) return couldNotTell(NO_SERVER);
    const request = { method: "GET", to: "gateway", path: server.path } as const;
    return planOf([request, { ...request, as: "junk" }], (answers) => {
      const named = ["without a token", "with a junk token"].map(
        (how, index) => [how, answers[index] as Answer] as const,
      );
      const wrong = named.filter(([, answer]) => !isChallenge(answer));
      if (wrong.length === 0) return confirmed(`both get 401 with resource_metadata`);
      return refuted(
        wrong.map(([how, answer]) => `${how}: ${inWords(answer)}, ${headerOf(answer)}`).join("; "),
        "clients that do not look at the well-known paths cannot find out where to get a token",
        "compare the gateway response UNAUTHORIZED with stacks/aws/rest/rest-gateway.ts: npx cdktf plan",
      );
    });
  },
};

function serverOf({
  deployment: { policy },
}: FrontDoor): { readonly path: string; readonly mcp: PolicyMcp } | undefined {
  for (const [key, { mcp }] of Object.entries(policy.routes)) {
    if (mcp !== undefined) return { path: key.slice(key.indexOf(" ") + 1), mcp };
  }
  return undefined;
}

function isChallenge({ status, headers }: Answer): boolean {
  return status === 401 && /^Bearer .*resource_metadata="https:/.test(headers["www-authenticate"] ?? "");
}

function headerOf({ headers }: Answer): string {
  if (headers["www-authenticate"] !== undefined) return "another WWW-Authenticate";
  return headers["x-amzn-remapped-www-authenticate"] === undefined ? "no WWW-Authenticate" : "WWW-Authenticate renamed";
}
