import { readFileSync } from "node:fs";
import { addClientKinds } from "../../../support/client-kinds";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(120_000);

interface Matrix {
  readonly callers: readonly string[];
}

describe.each(["http", "rest"] as const)("one caller of each kind at a %s API", (kind) => {
  const project = new ProjectCopy();
  afterAll(() => project.remove());
  beforeAll(() => {
    addClientKinds(project, kind);
    expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
  });
  const ledger = () => readFileSync(project.path("synthesized/dev/access.md"), "utf8").split("\n");
  const callsOf = (who: string) =>
    ledger().flatMap((line) => {
      const [, name, may = ""] = line.split(" | ").map((cell) => cell.replace(/^\| /, ""));
      return line.startsWith(`| ${who} |`) && /^[A-Z]+ \//.test(name ?? may) ? [name ?? may] : [];
    });

  test("each route answers each caller as the ledger says, and every service echoes the caller", () => {
    const { code, out } = project.run(["local", "dev", "--matrix"]);
    expect({ code, last: out.trim().split("\n").at(-1) }).toEqual({
      code: 0,
      last: "every answer is what synthesized/dev/access.md says",
    });
    const { callers }: Matrix = JSON.parse(readFileSync(project.path(".build/matrix-dev.json"), "utf8"));
    expect(callers).toEqual(
      expect.arrayContaining([
        "aws/arn:aws:iam::111122223333:role/nightly-export",
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

  test("the ledger gives each caller its routes, and no others", () => {
    expect(callsOf("github/release")).toEqual(["GET /orders", "GET /orders/{id}"]);
    expect(callsOf("cluster/system:serviceaccount:shop:nightly")).toEqual(["GET /orders", "GET /orders/{id}"]);
    expect(callsOf("google/112233445566778899000")).toEqual(["GET /orders/export"]);
    expect(callsOf("customers/assistant")).toEqual(["GET /orders", "GET /orders/{id}"]);
    expect(callsOf("customers/refund-bot")).toContain("POST /orders");
    expect(callsOf("customers/paused")).toEqual([]);
    expect(ledger()).toContain(
      "| customers/assistant | DENY methods that write | every scoped route | agents are read-only |",
    );
    expect(ledger()).toContain(
      "| customers/paused | DENY any call | every scoped route | disabled or revoked (REVOKED_CALLERS of function callers) |",
    );
    expect(ledger().join("\n")).not.toContain("| customers/refund-bot | DENY");
  });
});
