import { readFileSync, writeFileSync } from "node:fs";
import { parse, parseDocument } from "yaml";
import { environment } from "../../../../cli/testing";
import { addClientKinds } from "../../../support/client-kinds";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(120_000);

interface Matrix {
  readonly callers: readonly string[];
  readonly cells: readonly { readonly route: string; readonly caller: string; readonly status: number }[];
}

/** Read routes of the shop: one needs two scopes, the other two scopes or a third one. */
const ROUTES = parse(`
GET /orders/audit: { scopes: { allOf: [orders/read, orders/export] } }
GET /orders/ledger: { scopes: [orders/support, { allOf: [orders/read, orders/write] }] }`);

const ROLE = "aws/arn:aws:iam::111122223333:role/nightly-export";

/** Callers of these routes, and no others. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  "GET /orders/audit": [ROLE, "customers/reporting-agent"],
  "GET /orders/ledger": ["customers/support-desk", "customers/web", "workforce/0oa1example"],
};

/**
 * All that decides about calls at once: a caller of each kind, a role that signs its calls, routes that need several
 * scopes together, and functions that are called by an alias.
 */
describe.each(["http", "rest"] as const)("an environment with a %s API and every kind of caller", (kind) => {
  const project = new ProjectCopy("linked");
  afterAll(() => project.remove());
  let matrix: Matrix;
  let ledger: readonly string[];

  beforeAll(() => {
    addClientKinds(project, kind);
    const file = project.path("config/dev.yaml");
    const overlay = parseDocument(readFileSync(file, "utf8"));
    overlay.setIn(["services", "orders", "routes"], overlay.createNode(ROUTES));
    overlay.setIn(["gateway", "authorizer"], overlay.createNode({ provisionedConcurrency: 2 }));
    overlay.setIn(["issuers", "aws"], overlay.createNode({ kind: "aws-iam", accounts: ["111122223333"] }));
    overlay.setIn(["clients", "nightly-export", "uniqueId"], "AROAEXAMPLEEXAMPLE123");
    writeFileSync(file, String(overlay));
    expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
    ledger = readFileSync(project.path("synthesized/dev/access.md"), "utf8").split("\n");
  });

  test("each route answers each caller as the ledger says, and every service echoes the caller", () => {
    const { code, out } = project.run(["local", "dev", "--matrix"]);
    expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({
      code: 0,
      last: "every answer is what synthesized/dev/access.md says",
    });
    matrix = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
    expect(matrix.callers).toEqual(
      expect.arrayContaining([
        ROLE,
        "cluster/system:serviceaccount:shop:nightly",
        "customers/assistant",
        "customers/paused",
        "customers/refund-bot",
        "customers/web",
        "github/release",
        "google/112233445566778899000",
        "workforce/0oa1example",
      ]),
    );
  });

  test("the testing library's principals have the unique ids of config", async () => {
    const { access } = await environment("dev", project.path("synthesized"));
    expect(access["GET /orders/export"]).toContain(ROLE);
  });

  const callsOf = (who: string) =>
    ledger.flatMap((line) => {
      const [, name, may = ""] = line.split(" | ").map((cell) => cell.replace(/^\| /, ""));
      return line.startsWith(`| ${who} |`) && /^[A-Z]+ \//.test(name ?? may) ? [name ?? may] : [];
    });

  test("the ledger gives each caller its routes, and no others", () => {
    const reads = ["GET /orders", "GET /orders/{id}"];
    expect(callsOf("github/release")).toEqual(reads);
    expect(callsOf("cluster/system:serviceaccount:shop:nightly")).toEqual(reads);
    expect(callsOf("google/112233445566778899000")).toEqual(["GET /orders/export"]);
    expect(callsOf("customers/assistant")).toEqual(reads);
    expect(callsOf("customers/refund-bot")).toContain("POST /orders");
    expect(callsOf("customers/paused")).toEqual([]);
    expect(ledger).toContain(
      "| customers/assistant | DENY methods that write | every scoped route | agents are read-only |",
    );
    expect(ledger).toContain(
      "| customers/paused | DENY any call | every scoped route | disabled or revoked (REVOKED_CALLERS of function callers) |",
    );
    expect(ledger.join("\n")).not.toContain("| customers/refund-bot | DENY");
  });

  test("only callers with all scopes of a route that needs several may call it", () => {
    for (const [route, callers] of Object.entries(OPEN)) {
      const passing = matrix.cells.filter((cell) => cell.route === route && cell.status === 200);
      expect(passing.map(({ caller }) => caller).sort()).toEqual(callers);
      const rows = ledger.filter((line) => line.includes(`| ${route} |`));
      expect(rows.map((line) => line.split(" | ")[0]?.slice(2)).sort()).toEqual(callers);
    }
  });

  test("a role can call its own routes with its signature, and no others", async () => {
    const own = matrix.cells.filter(({ caller }) => caller === ROLE);
    const open = own.filter(({ status }) => status === 200).map(({ route }) => route);
    expect(open.filter((route) => route.includes("/orders")).sort()).toEqual([
      "GET /orders",
      "GET /orders/audit",
      "GET /orders/export",
      "GET /orders/{id}",
    ]);
    expect(own.find(({ route }) => route === "POST /orders")?.status).toBe(403);
    // The built authorizer decides the same in tests.
    const { access, reason } = await environment("dev", project.path("synthesized"));
    expect(access["GET /orders/export"]).toContain(ROLE);
    expect(reason(ROLE, "POST /orders")).toBe("scope");
  });

  test("the gateway calls the functions by their aliases", () => {
    const stack = JSON.parse(readFileSync(project.path("synthesized/dev/main.tf.json"), "utf8"));
    expect(Object.keys(stack.resource.aws_lambda_alias)).toEqual(["callers", "public"]);
  });
});
