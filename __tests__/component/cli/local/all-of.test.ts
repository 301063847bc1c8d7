import { readFileSync, writeFileSync } from "node:fs";
import { POLICY_FILE } from "../../../../contract/policy-file";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(120_000);

interface Matrix {
  readonly cells: readonly { readonly route: string; readonly caller: string; readonly status: number }[];
}

/** Read routes of the shop: one needs two scopes, the other two scopes or a third one. */
const ROUTES = `      GET /orders/audit: { scopes: { allOf: [orders/read, orders/export] } }
      GET /orders/ledger: { scopes: [orders/support, { allOf: [orders/read, orders/write] }] }
`;

describe.each(["http", "rest"] as const)("routes of a %s API that need several scopes together", (kind) => {
  const project = new ProjectCopy();
  afterAll(() => project.remove());
  beforeAll(() => {
    project.edit("dev.yaml", "  orders:\n", `  orders:\n    routes:\n${ROUTES}`);
    if (kind === "rest") project.edit("dev.yaml", "gateway:\n", "gateway:\n  kind: rest\n");
    expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
  });

  const OPEN: Readonly<Record<string, readonly string[]>> = {
    "GET /orders/audit": ["aws/arn:aws:iam::111122223333:role/nightly-export", "customers/reporting-agent"],
    "GET /orders/ledger": ["customers/support-desk", "customers/web", "workforce/0oa1example"],
  };

  test("the ledger, the built authorizer and the local front door agree on each caller", () => {
    const { code, out } = project.run(["local", "dev", "--matrix"]);
    expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({
      code: 0,
      last: "every answer is what synthesized/dev/access.md says",
    });
    const { cells }: Matrix = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
    const ledger = readFileSync(project.path("synthesized/dev/access.md"), "utf8").split("\n");
    for (const [route, callers] of Object.entries(OPEN)) {
      const passing = cells.filter((cell) => cell.route === route && cell.status === 200);
      expect(passing.map(({ caller }) => caller).sort()).toEqual(callers);
      const rows = ledger.filter((line) => line.includes(`| ${route} |`));
      expect(rows.map((line) => line.split(" | ")[0]?.slice(2)).sort()).toEqual(callers);
    }
  });

  test("a front door that accepted any one scope would contradict the ledger", () => {
    const path = project.path("synthesized/dev/access.md");
    const honest = readFileSync(path, "utf8");
    const row = "| customers/web | GET /orders/audit | service storefront-dev-orders | orders/read |\n";
    writeFileSync(path, honest.replace(/^(\| customers\/web \| GET \/orders \|)/m, `${row}$1`));
    const { code, out, error } = project.run(["local", "dev", "--matrix"]);
    writeFileSync(path, honest);
    expect(code).not.toBe(0);
    expect(`${out}${error}`).toContain("customers/web got 403 from GET /orders/audit, against the row");
    expect(readFileSync(project.path(`synthesized/dev/${POLICY_FILE}`), "utf8")).toContain('"allOf"');
  });
});
