import type { Subject } from "../subject";

/** What is written down, who reads it, and what is done then. */
export const WATCHING: readonly Subject[] = [
  {
    id: "logging",
    title: "What is logged, and for how long",
    soc2: ["CC7.2"],
    iso: ["A.8.15"],
    shown: [
      { log: "access" },
      { log: "decisions" },
      { log: "firewall" },
      { log: "requests" },
      { log: "audit" },
      { log: "cloudtrail" },
      { rule: "log-retention" },
      { rule: "no-token-in-logs" },
      { file: "docs/operations.md", says: 'under "Logs, and how to join them": one call through all of them' },
    ],
    open: "protection of logs from administrators of the clouds: no copy goes to another account",
  },
  {
    id: "auditors",
    title: "Who audits, and with which rights",
    soc2: ["CC6.3", "CC7.3"],
    iso: ["A.5.3", "A.5.28"],
    shown: [
      { rule: "auditors-read-logs-alone" },
      { ledger: "auditors" },
      { file: "docs/auditors.md", says: "how an auditor reads logs and ledger, and what it cannot see" },
      {
        file: "stacks/aws/auditors/log-actions.ts",
        says: "all that the auditors' role may, and the denial of the rest",
      },
    ],
    open: "that somebody audits, and how often",
  },
  {
    id: "monitoring",
    title: "What is watched",
    soc2: ["CC7.1", "CC7.2", "CC7.3"],
    iso: ["A.8.16"],
    shown: [
      {
        file: "stacks/aws/auditors/saved-queries.ts",
        says: "saved queries: traffic per client, refusals by status and reason, used grants",
      },
      {
        command: "npm run drift -- dev",
        says: "whether the clouds still are as the sources say; exit code 2 where not",
      },
      { file: ".github/workflows/drift.yml", says: "the same every night, with an issue where something differs" },
      { log: "access" },
      { log: "audit" },
    ],
    open: "that somebody looks at what the queries and the nightly run find; thresholds for traffic and cost",
  },
  {
    id: "incidents",
    title: "When something happens",
    soc2: ["CC7.4", "CC7.5"],
    iso: ["A.5.26"],
    shown: [
      {
        file: "docs/operations.md",
        says: "the emergency brake, who said no, break glass, and what to do when something is lost",
      },
      { file: "docs/trust-model.md", says: "what an attacker can do who holds one thing or another, and what ends it" },
      {
        command: "npm run revoke -- dev reporting-agent",
        says: "shuts a caller out at once, with no deploy, and says how long each kind of token may still pass",
      },
      { rule: "deletion-protection" },
    ],
    open: "a plan with names, exercises, and whom to tell within which time",
  },
];
