import type { Subject } from "../subject";

/** Who may do what, and how it proves who it is. */
export const CALLING: readonly Subject[] = [
  {
    id: "access",
    title: "Who may do what, and no more",
    soc2: ["CC6.1", "CC6.3"],
    iso: ["A.5.15", "A.5.18", "A.8.3"],
    shown: [
      { file: "synthesized/<env>/access.md", says: "the access ledger: one line a grant, in both clouds" },
      { ledger: "routes" },
      { ledger: "openings" },
      { ledger: "usage" },
      { ledger: "aws" },
      { ledger: "google" },
      { rule: "no-wildcard-grant" },
      { rule: "no-public-invoker" },
      { rule: "no-open-route" },
      { rule: "route-authorizer" },
      { rule: "federation-locks" },
      {
        command: "npm run local -- dev --matrix",
        says: "calls every route as every caller, and fails where an answer differs from the ledger",
      },
      { file: "docs/trust-model.md", says: "who is believed, because of what and for how long" },
    ],
    open: "grants inherited from project, folder or organisation, and administrators; why somebody needs a right, beyond what the pull request says",
  },
  {
    id: "callers",
    title: "How callers prove who they are",
    soc2: ["CC6.1", "CC6.2"],
    iso: ["A.5.16", "A.8.5"],
    shown: [
      { ledger: "callers" },
      { rule: "verified-callers" },
      { rule: "mutual-tls" },
      { rule: "agents-only-read" },
      { file: "functions/authorizer/verify-token.ts", says: "the checks of a token, in order" },
      {
        file: "__tests__/attack",
        says: "tokens, paths and headers of attackers, against the very artefact that is deployed",
      },
      {
        file: "config/base.yaml",
        says: "each client by name, with its scopes: taken out there, it is out with the deploy",
      },
      { log: "decisions" },
    ],
    open: "how people and programs get an account at an issuer that is not a user pool of this project, with which second factor, and when they lose it",
  },
  {
    id: "secrets",
    title: "Secrets and keys",
    soc2: ["CC6.1", "CC6.7"],
    iso: ["A.5.17", "A.8.24"],
    shown: [
      { rule: "one-reader-per-secret" },
      { rule: "rotated-secret" },
      { log: "rotations" },
      {
        command: "npm run secrets -- dev",
        says: "every secret of both clouds: who reads it, what rotates it, and how a new version is set",
      },
      {
        file: "docs/adr/0006-client-secrets-deny-everybody-else.md",
        says: "why a client's secret denies even administrators",
      },
      { file: "docs/trust-model.md", says: 'under "Where secrets are": each one, where it is, and who can read it' },
      { file: "stacks/aws/client-secret.ts", says: "the resource policy of a client's secret" },
    ],
    open: "what readers do with a secret once they have it; keys of your own for encryption at rest: the clouds' own are used",
  },
  {
    id: "boundary",
    title: "What comes from outside",
    soc2: ["CC6.6"],
    iso: ["A.8.20", "A.8.21"],
    shown: [
      { rule: "allowed-networks" },
      { rule: "web-acl" },
      { rule: "custom-domain" },
      { rule: "latest-revision" },
      { ledger: "openings" },
      {
        command: "npm run verify:live -- dev",
        says: "asks a deployed environment, among other things whether a service answers past the gateway",
      },
      { log: "firewall" },
    ],
    open: "penetration tests, and whatever else of your networks leads to the services or the accounts",
  },
  {
    id: "leaks",
    title: "Data on its way, and in logs",
    soc2: ["CC6.7"],
    iso: ["A.8.12", "A.8.24"],
    shown: [
      { rule: "no-token-in-logs" },
      { rule: "custom-domain" },
      { file: "docs/trust-model.md", says: "each hop, what it checks and what it hands on" },
      { file: "functions/authorizer/log.ts", says: "the only fields that a decision's line may have" },
    ],
    open: "what services log, answer and store; how data is classified",
  },
];
