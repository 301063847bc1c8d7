import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS } from "../../../../../cli/pipeline/artefact/stack-faults";
import { ProjectCopy } from "../../../../support/command";

/** The base branch's checkout. A branch is another checkout, whose own program synthesizes its upload. */
const base = new ProjectCopy();
const artefact = base.path("artefact");
const branches: ProjectCopy[] = [];
afterAll(() => {
  for (const each of [base, ...branches]) each.remove();
});
beforeEach(() => {
  rmSync(artefact, { recursive: true, force: true });
  rmSync(base.path("cdktf.out"), { recursive: true, force: true });
});

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Uploads the synthesis of a branch with these edits, which its own program does not refuse. */
function upload(...edits: readonly Edit[]): void {
  const branch = new ProjectCopy();
  branches.push(branch);
  for (const { file, from, to } of edits) {
    const text = existsSync(branch.path(file)) ? readFileSync(branch.path(file), "utf8") : "";
    expect(text).toContain(from);
    writeFileSync(
      branch.path(file),
      text.replace(from, () => to),
    );
  }
  expect(branch.run(["synth", "dev"])).toMatchObject({ code: 0 });
  for (const folder of ["cdktf.out/stacks/dev", "config", "synthesized/dev"]) {
    cpSync(branch.path(folder), join(artefact, folder), { recursive: true });
  }
}

const adopt = () => base.run(["pipeline", "adopt", "dev", "artefact"]);
const laid = () => existsSync(base.path(PATHS.stack("dev")));

const EVERYBODY: Edit = {
  file: "stacks/google/run-service.ts",
  from: "members: [member]",
  to: 'members: ["allUsers"]',
};
const LONGER: Edit = {
  file: "stacks/policy/route-findings.ts",
  from: ".filter(({ found }) => found !== seconds)",
  to: ".filter(() => false)",
};

const OPEN: Edit = {
  file: "stacks/authorizer-policy.ts",
  from: 'access.kind === "public" ? "public"',
  to: 'key === "POST /orders" || access.kind === "public" ? "public"',
};

test.each<[string, readonly Edit[], string]>([
  [
    "deleted a rule that its stack breaks",
    [EVERYBODY, { file: "stacks/policy/policies.ts", from: "    noPublicInvoker(handshake),\n", to: "" }],
    "no-public-invoker",
  ],
  [
    "lets no rule look",
    [
      EVERYBODY,
      { file: "stacks/policy/enforce.ts", from: "for (const error of errors)", to: "for (const error of [])" },
    ],
    "no-public-invoker",
  ],
  [
    "weakened a rule that its stack breaks",
    [
      {
        file: "stacks/aws/authorizers.ts",
        from: "authorizerResultTtlInSeconds: props.cacheSeconds",
        to: "authorizerResultTtlInSeconds: 3600",
      },
      LONGER,
    ],
    "route-authorizer",
  ],
  [
    "deleted the rules on the policy, which opens a route that its stack guards",
    [{ file: "stacks/policy/policies.ts", from: "    ...routeRules(intent, policy),\n", to: "" }, OPEN],
    "route-authorizer",
  ],
])(
  "a branch that %s is refused by that rule",
  (_, edits, rule) => {
    upload(...edits);
    expect(adopt()).toMatchObject({ code: 1, error: expect.stringContaining(`(rule ${rule})`) });
    expect(laid()).toBe(false);
  },
  60_000,
);

test("an allowance counts once the base branch has it", () => {
  const allowance = [
    "dev:",
    ...["orders", "catalog", "accounts"].flatMap((service) => [
      "  - rule: no-public-invoker",
      `    address: google_cloud_run_v2_service_iam_binding.${service}`,
      "    reason: a demonstration",
      "    owner: team-shop",
      "  - rule: no-public-invoker",
      `    address: google_cloud_run_v2_service.${service}`,
      "    reason: a demonstration",
      "    owner: team-shop",
    ]),
    "",
  ].join("\n");
  upload(EVERYBODY, { file: "config/allowances.yaml", from: "", to: allowance });
  expect(adopt()).toMatchObject({ code: 1, error: expect.stringContaining("(rule no-public-invoker)") });
  expect(laid()).toBe(false);
  writeFileSync(base.path("config/allowances.yaml"), allowance);
  expect(adopt()).toMatchObject({ code: 0, error: "" });
  rmSync(base.path("config/allowances.yaml"));
  rmSync(base.path("cdktf.out"), { recursive: true });
}, 60_000);

test("refuses config that is missing or that the base branch's code cannot read", () => {
  upload();
  writeFileSync(join(artefact, "config/dev.yaml"), "services: {");
  expect(adopt()).toMatchObject({ code: 1, error: expect.stringContaining("config/dev.yaml") });
  rmSync(join(artefact, "config"), { recursive: true });
  expect(adopt()).toMatchObject({ code: 1, error: expect.stringContaining("config is not a folder of the artefact") });
  expect(laid()).toBe(false);
}, 60_000);

test("the base branch's expectation refuses a branch that breaks it and drops it", () => {
  const kept = "dev:\n  - who: customers/support-desk\n    mayNot: { call: POST /orders }\n    because: scope\n";
  writeFileSync(base.path("config/expectations.yaml"), kept);
  upload(
    {
      file: "config/base.yaml",
      from: "[orders/support, accounts/support, reviews/moderate]",
      to: "[orders/support, accounts/support, orders/write]",
    },
    {
      file: "config/dev.yaml",
      from: "scopes: [orders/support, accounts/support]",
      to: "scopes: [orders/support, accounts/support, orders/write]",
    },
  );
  expect(adopt()).toMatchObject({ code: 1, error: expect.stringContaining("config/expectations.yaml:2:5") });
  expect(laid()).toBe(false);
  rmSync(base.path("config/expectations.yaml"));
  expect(adopt()).toMatchObject({ code: 0 });
}, 60_000);
