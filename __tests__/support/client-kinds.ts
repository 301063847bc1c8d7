import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { ProjectCopy } from "./command";

/** One of each kind of caller, in addition to those of dev's own config. */
const CLIENTS = {
  assistant: {
    issuer: "customers",
    grant: "client_credentials",
    kind: "agent",
    scopes: ["orders/read"],
  },
  "refund-bot": {
    issuer: "customers",
    grant: "client_credentials",
    kind: "agent",
    scopes: ["orders/write"],
    allowWrites: true,
    allowWritesReason: "refunds orders by itself",
  },
  paused: { issuer: "customers", grant: "client_credentials", scopes: ["orders/read"], disabled: true },
  release: { issuer: "github", scopes: ["orders/read"], claims: { repository: "acme/shop", environment: "dev" } },
  cluster: { issuer: "cluster", scopes: ["orders/read"], subject: "system:serviceaccount:shop:nightly" },
  robot: { issuer: "google", scopes: ["orders/export"], subject: "112233445566778899000" },
};

const issuer = (url: string) => ({ kind: "oidc", issuer: url, audiences: ["storefront-dev"] });
const ISSUERS = {
  github: issuer("https://token.actions.githubusercontent.com"),
  cluster: issuer("https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"),
  google: issuer("https://accounts.google.com"),
};

/** Adds one client of each kind to the copy's dev, for this kind of API. */
export function addClientKinds(project: ProjectCopy, kind: "http" | "rest"): void {
  const file = project.path("config/dev.yaml");
  const overlay = parseDocument(readFileSync(file, "utf8"));
  for (const [id, each] of Object.entries(ISSUERS)) overlay.setIn(["issuers", id], overlay.createNode(each));
  for (const [id, each] of Object.entries(CLIENTS)) overlay.setIn(["clients", id], overlay.createNode(each));
  if (kind === "rest") {
    overlay.setIn(["aws", "ownsAccount"], true);
    overlay.setIn(["gateway", "kind"], kind);
    overlay.setIn(["gateway", "defaultPlan"], overlay.createNode({ quota: { requests: 1000, per: "day" } }));
  }
  writeFileSync(file, String(overlay));
}
