import type { Subject } from "../subject";

/** How changes come about, and who may make them. */
export const CHANGING: readonly Subject[] = [
  {
    id: "deployers",
    title: "Who may change the system",
    soc2: ["CC6.3"],
    iso: ["A.5.3", "A.8.2"],
    shown: [
      { file: "config/bootstrap.yaml", says: "which workflows and people may become the plan and deploy identities" },
      { file: "synthesized/bootstrap-<env>/access.md", says: "the ledger of those identities" },
      {
        file: "stacks/bootstrap/aws/permissions.ts",
        says: "the reviewed table of every AWS permission that a deploy needs",
      },
      { file: "stacks/bootstrap/google/permissions.ts", says: "the same of Google" },
      { rule: "federation-locks" },
      {
        file: "docs/adr/0010-no-credential-meets-a-branchs-code.md",
        says: "why no credential meets the code of a branch",
      },
      { log: "cloudtrail" },
    ],
    open: "the clouds' own administrators, and the owners of the repository",
  },
  {
    id: "configuration",
    title: "What is declared is what there is",
    soc2: ["CC7.1"],
    iso: ["A.5.23", "A.8.9", "A.8.31"],
    shown: [
      { file: "config/base.yaml", says: "the whole intent; one overlay an environment beside it" },
      { file: "synthesized/<env>/main.tf.json", says: "the Terraform of each environment, committed" },
      { command: "npm run synth -- --check", says: "fails where that is not what the sources give" },
      { command: "npm run drift -- dev", says: "compares it with the clouds" },
      { rule: "tags-everywhere" },
      { rule: "deletion-protection" },
      { file: "docs/adr/0005-committed-synthesis.md", says: "why the synthesis is committed" },
    ],
    open: "whatever stands in the same accounts and projects and is not declared here",
  },
  {
    id: "changes",
    title: "How a change comes about",
    soc2: ["CC8.1"],
    iso: ["A.8.25", "A.8.29", "A.8.32"],
    shown: [
      {
        command: "npm run review -- dev",
        says: "what a branch changes: access first, in sentences, broader or narrower",
      },
      { file: ".github/workflows/plan.yml", says: "the plan of each pull request as a comment" },
      {
        command: "npm run deploy -- dev --approved dev.json",
        says: "applies exactly the change that was approved, or nothing",
      },
      { file: ".github/workflows/deploy.yml", says: "the deploy, environment by environment" },
      {
        command: "npm run check",
        says: "everything that has to pass before: types, lint, tests, scanners, freshness of what is generated",
      },
      { file: ".github/workflows/check.yml", says: "the same on each push" },
      {
        file: "docs/review.md",
        says: "how to read a review, and how a change is let pass with a reason, an owner and a last day",
      },
      { file: "docs/adr", says: "decisions, dated, with what was considered" },
    ],
    open: "that the repository's host demands reviews and keeps them, and that reviewers read",
  },
  {
    id: "software",
    title: "Which software runs",
    soc2: ["CC6.8"],
    iso: ["A.8.19", "A.8.25"],
    shown: [
      { file: "package-lock.json", says: "every package by version and hash" },
      { file: "config/prod.yaml", says: "images by digest (`requireDigest`)" },
      { rule: "latest-revision" },
      { rule: "verified-callers" },
      { command: "npm run scan", says: "what two scanners say of the stacks that no decision answers" },
      {
        command: "npm run lint:workflows",
        says: "what two scanners say of the workflows: actions are pinned by commit",
      },
      { file: "docs/adr/0015-what-scanners-object-to.md", says: "each finding that is lived with, and why" },
    ],
    open: "known vulnerabilities in the services' images and in packages: no advisory is looked up here",
  },
];
