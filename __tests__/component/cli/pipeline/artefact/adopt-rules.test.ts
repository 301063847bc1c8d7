import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../../../../support/command";
import { twinFiles } from "../../../../support/twins";
import { BaseBranch, uploaded } from "./support/base-branch";

const base = new BaseBranch("dev");
const { artefact, project } = base;
const STACK = "cdktf.out/stacks/dev/cdk.tf.json";

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A branch is another checkout, whose own program synthesizes its upload with these edits, and does not refuse them. */
class Branch extends ProjectCopy {
  constructor(edits: readonly Edit[]) {
    super();
    for (const { file, from, to } of edits) {
      const text = readFileSync(this.path(file), "utf8");
      expect(text).toContain(from);
      writeFileSync(
        this.path(file),
        text.replace(from, () => to),
      );
    }
    expect(this.run(["synth", "dev"])).toMatchObject({ code: 0 });
  }

  upload(): void {
    for (const folder of uploaded("dev")) cpSync(this.path(folder), join(artefact, folder), { recursive: true });
  }
}

/** Three ways to give access that a rule of the base branch refuses. */
const EDITS: Readonly<Record<string, Edit>> = {
  everybody: { file: "stacks/google/run-service.ts", from: "members: [member]", to: 'members: ["allUsers"]' },
  longer: {
    file: "stacks/aws/authorizers.ts",
    from: "authorizerResultTtlInSeconds: props.cacheSeconds",
    to: "authorizerResultTtlInSeconds: 3600",
  },
  open: {
    file: "stacks/authorizer-policy.ts",
    from: "access: routeAccess(access)",
    to: 'access: key === "POST /orders" ? "public" : routeAccess(access)',
  },
};

describe("a branch whose own rules find nothing", () => {
  let branch: Branch;
  beforeAll(() => {
    // An upload holds no program. So it is the same, no matter how the branch has disarmed its rules.
    const silent = {
      file: "stacks/policy/enforce.ts",
      from: "for (const error of errors)",
      to: "for (const error of [])",
    };
    branch = new Branch([silent, ...Object.values(EDITS)]);
  }, 60_000);
  beforeEach(() => branch.upload());
  afterAll(() => branch.remove());

  test.each([
    ["everyone may call a service", "google_cloud_run_v2_service_iam_binding.orders", "no-public-invoker"],
    ["an answer is cached for longer", "aws_apigatewayv2_authorizer.scoped", "route-authorizer"],
    ["its policy opens a route", "aws_apigatewayv2_route.orders_post_orders", "route-authorizer"],
  ])("is refused by the base branch's rule if %s", (_, address, rule) => {
    const { code, error } = base.adopt();
    expect([code, base.has(STACK)]).toEqual([1, false]);
    const lines = error.split("\n").filter((line) => line.includes(`${address}: `));
    expect(lines).toEqual(expect.arrayContaining([expect.stringContaining(`(rule ${rule})`)]));
  });

  test("is refused with its own allowance, which counts once the base branch has it", () => {
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
    writeFileSync(join(artefact, "config/allowances.yaml"), allowance);
    expect(base.adopt().error).toContain("(rule no-public-invoker)");
    writeFileSync(project.path("config/allowances.yaml"), allowance);
    const { error } = base.adopt();
    rmSync(project.path("config/allowances.yaml"));
    expect([error.includes("no-public-invoker"), error.includes("(rule route-authorizer)")]).toEqual([false, true]);
  });
});

test("refuses config that is missing or that the base branch's code cannot read", () => {
  writeFileSync(join(artefact, "config/dev.yaml"), "services: {");
  expect(base.adopt()).toEqual({ code: 1, error: expect.stringContaining("config/dev.yaml") });
  rmSync(join(artefact, "config"), { recursive: true });
  expect(base.adopt()).toEqual({
    code: 1,
    error: expect.stringContaining("config is not a folder of the artefact"),
  });
  expect(base.has(STACK)).toBe(false);
});

/** The support desk gets a scope that opens POST /orders. */
const SUPPORT_WRITES: readonly Edit[] = [
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
];

test("the base branch's expectation refuses a branch that breaks it and drops it", () => {
  const branch = new Branch(SUPPORT_WRITES);
  branch.upload();
  branch.remove();
  const kept = "dev:\n  - who: customers/support-desk\n    mayNot: { call: POST /orders }\n    because: scope\n";
  writeFileSync(project.path("config/expectations.yaml"), kept);
  expect(base.adopt()).toEqual({ code: 1, error: expect.stringContaining("config/expectations.yaml:2:5") });
  expect(base.has(STACK)).toBe(false);
  rmSync(project.path("config/expectations.yaml"));
  expect(base.adopt().code).toBe(0);
}, 60_000);

test("the base branch's statement about a client refuses a branch that renames the client and opens the route to it", () => {
  const branch = new Branch([
    ...["base", "dev", "preview", "prod"].map((name) => ({
      file: `config/${name}.yaml`,
      from: "  support-desk:",
      to: "  help-desk:",
    })),
    ...SUPPORT_WRITES,
  ]);
  branch.upload();
  branch.remove();
  const adopt = (who: string) => {
    writeFileSync(
      project.path("config/expectations.yaml"),
      `dev:\n  - who: ${who}\n    mayNot: { call: POST /orders }\n`,
    );
    const { code, error } = base.adopt();
    rmSync(project.path("config/expectations.yaml"));
    return [code, /config\/expectations\.yaml:\d+/.exec(error)?.[0]];
  };
  // The name is gone.
  expect(adopt("customers/support-desk")).toEqual([1, "config/expectations.yaml:2"]);
  // The new name may be any caller of its issuer.
  expect(adopt("customers/reporting-agent")).toEqual([1, "config/expectations.yaml:2"]);
  // A statement about another issuer holds.
  expect(adopt("workforce/0oa1example")).toEqual([0, undefined]);
}, 60_000);

test.each([
  ["of a twin an environment of its own", project.path("config"), "got no twinOf, expected twinOf: main"],
  ["a twin of an environment", join(artefact, "config"), "got twinOf: main, expected no twinOf"],
])("a branch that makes %s is refused: other statements of the base branch would count", (_, folder, fault) => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  for (const [file, text] of Object.entries(twinFiles("main", "dev"))) writeFileSync(join(folder, file), text);
  const { code, error } = base.adopt();
  rmSync(folder, { recursive: true });
  cpSync(join(base.original, "config"), folder, { recursive: true });
  expect([code, error.match(/config\/dev\.yaml: (.*), as on the base branch$/m)?.[1]]).toEqual([1, fault]);
  expect(base.adopt().code).toBe(0);
});
