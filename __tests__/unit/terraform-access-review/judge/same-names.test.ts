import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { reviewed, SETTINGS } from "../../../support/settings";
import { accessBetween, edited, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const [shop] = reviewed(SETTINGS[0] as (typeof SETTINGS)[number]);

const trust = (AWS: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS } }] });
const secretPolicy = {
  Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*", Principal: "*" }],
};
const declare = (all: Json, type: string, bodies: Json) => (all[type] = { ...all[type], ...bodies });
const allUsers = { role: "roles/run.invoker", member: "allUsers" };

testAll<[string, (all: Json) => unknown, (all: Json, to: "one" | "other") => unknown]>([
  [
    "a trusted role of the same name, in another account",
    (all) =>
      declare(all, "aws_iam_role", {
        one: { name: "ops", provider: "aws.one", assume_role_policy: trust("arn:aws:iam::111122223333:root") },
        other: { name: "ops", provider: "aws.other", assume_role_policy: trust("arn:aws:iam::111122223333:root") },
      }),
    (all, to) =>
      declare(all, "aws_iam_role", { own: { name: "own", assume_role_policy: trust(`\${aws_iam_role.${to}.arn}`) } }),
  ],
  [
    "a service account of the same name, in another project",
    (all) =>
      declare(all, "google_service_account", {
        one: { account_id: "ops", project: "one" },
        other: { account_id: "ops", project: "other" },
      }),
    (all, to) =>
      declare(all, "google_project_iam_member", {
        own: { project: "shop", role: "roles/owner", member: `serviceAccount:\${google_service_account.${to}.email}` },
      }),
  ],
  [
    "a service of the same name, in another region",
    (all) => {
      const [service] = Object.values<Json>(all.google_cloud_run_v2_service);
      const twins = ["europe-west1", "europe-west2"].map((location) => ({ ...service, name: "twin", location }));
      declare(all, "google_cloud_run_v2_service", { one: twins[0], other: twins[1] });
    },
    (all, to) =>
      declare(all, "google_cloud_run_v2_service_iam_member", {
        own: {
          ...allUsers,
          name: `\${google_cloud_run_v2_service.${to}.name}`,
          location: `\${google_cloud_run_v2_service.${to}.location}`,
        },
      }),
  ],
  [
    "a service that the stack does not declare, in another region",
    () => undefined,
    (all, to) =>
      declare(all, "google_cloud_run_v2_service_iam_member", {
        [to]: { ...allUsers, name: "elsewhere", project: "shop", location: to },
      }),
  ],
  [
    "a log view in another bucket",
    () => undefined,
    (all, to) =>
      declare(all, "google_logging_log_view_iam_member", {
        [to]: {
          parent: "projects/shop",
          location: "global",
          bucket: to,
          name: "view",
          role: "roles/logging.viewAccessor",
          member: "user:a@example.com",
        },
      }),
  ],
  [
    "a repository in another project",
    () => undefined,
    (all, to) =>
      declare(all, "google_artifact_registry_repository_iam_member", {
        [to]: {
          project: to,
          location: "global",
          repository: "images",
          role: "roles/artifactregistry.writer",
          member: "user:a@example.com",
        },
      }),
  ],
  [
    "a secret, whose policy says only `*`",
    (all) => declare(all, "aws_secretsmanager_secret", { one: { name: "one" }, other: { name: "other" } }),
    (all, to) =>
      declare(all, "aws_secretsmanager_secret_policy", {
        [to]: { secret_arn: `\${aws_secretsmanager_secret.${to}.arn}`, policy: JSON.stringify(secretPolicy) },
      }),
  ],
])("a grant that moves to %s is broader", (_, there, grant) => {
  const [before, after] = (["one", "other"] as const).map((to) =>
    edited(shop, (all) => {
      there(all);
      grant(all, to);
    }),
  ) as [SynthesizedState, SynthesizedState];
  const broader = accessBetween(before, after).rows.filter(({ effect }) => effect === "broadened");
  expect(broader).not.toEqual([]);
});
