import { accessLedger } from "../../../review/access";
import { NOTHING } from "../../../review/change/state";
import { bootstrapStack } from "../../support/bootstrap";

const rows = accessLedger(bootstrapStack().json, NOTHING.policy);
const SUBJECT = "repo:acme@1234567/storefront@7654321";

test("a job of GitHub is named by its exact subject, in both clouds", () => {
  expect(rows).toContainEqual(
    expect.objectContaining({
      who: `${SUBJECT}:environment:dev through workload identity pool storefront-dev-github`,
      may: "roles/iam.workloadIdentityUser",
      on: "service account terraform",
    }),
  );
  const trusted = rows.find(
    ({ on, may }) => on === "role terraform" && may.startsWith("sts:AssumeRoleWithWebIdentity"),
  );
  expect(trusted?.who).toBe("identity provider https://token.actions.githubusercontent.com");
  expect(trusted?.under).toContain(`:sub StringEquals ${SUBJECT}:environment:dev`);
});

test("whose tokens a pool takes is said, and which of them", () => {
  const federation = rows.find(({ may }) => may === "exchange them");
  expect(federation?.who).toBe("tokens of https://token.actions.githubusercontent.com");
  expect(federation?.under).toContain("assertion.repository_id == '7654321'");
});

test("a role of the stack's own is read by its permissions, and by its condition", () => {
  const own = rows.filter(({ who, on }) => who === "service account terraform" && on === "storefront-dev");
  expect(own.map(({ may }) => may)).toContainEqual(expect.stringContaining("run.services.create"));
  expect(own).toContainEqual(
    expect.objectContaining({
      may: "resourcemanager.projects.setIamPolicy",
      under: "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([])",
    }),
  );
});
