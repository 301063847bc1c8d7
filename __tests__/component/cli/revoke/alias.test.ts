import { readFileSync, writeFileSync } from "node:fs";
import { account, RevokingProject } from "./support/revoking-project";

jest.setTimeout(60_000);

const project = new RevokingProject();
afterAll(() => project.remove());
const revoke = project.revoke.bind(project);

describe("when the gateway calls an alias", () => {
  const aliased = (changes: object = {}) => account({ aliases: { live: "1" }, ...changes });
  const listOf = (after: ReturnType<typeof account>) =>
    JSON.parse(after.versions[Number(after.aliases.live) - 1] ?? "").REVOKED_CALLERS;
  const changing = (calls: readonly string[]) => calls.filter((call) => /update|wait|publish/.test(call));

  test("the alias moves to a version with the list before the gateway discards its results", async () => {
    const { code, out, error, after } = await revoke(aliased(), "dev", "reporting-agent");
    expect([code, error]).toEqual([
      0,
      "dev: the function storefront-dev-callers gets the list of callers that are shut out\n" +
        "dev: the alias live moves from version 1 to one with that list\n" +
        "dev: waiting 5 s, until no call goes to the former version\n" +
        "dev: the API storefront-dev discards its cached results\n",
    ]);
    expect(out).toContain("not used any more; until the next deploy Lambda starts instances on demand");
    expect(listOf(after)).toBe('["customers/reporting-agent"]');
    expect(changing(after.calls)).toEqual([
      "lambda update-function-configuration",
      "lambda wait",
      "lambda publish-version",
      "lambda wait",
      "lambda update-alias",
      "wait 5000",
      "apigatewayv2 update-stage",
    ]);
  });

  test("--undo moves the alias to a version without the name", async () => {
    const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web","x/y"]' } };
    const { code, out, after } = await revoke(aliased({ functions }), "dev", "web", { undo: true });
    expect([code, listOf(after)]).toEqual([0, '["x/y"]']);
    expect(out).toContain("until the next deploy Lambda starts instances on demand");
  });

  test.each([
    ["lambda list-aliases", "calls may go through an alias that has the former one", "1"],
    ["lambda publish-version", "its alias live may still call version 1, which has the former one", "1"],
    ["lambda get-alias", "its alias live may still call version 1, which has the former one", "2"],
  ])(
    "where %s is denied, the error says who still decides, and the gateway keeps its results",
    async (denied, message, live) => {
      const cut = await revoke(aliased({ denied }), "dev", "web");
      expect([cut.code, cut.out, cut.after.aliases]).toEqual([1, "", { live }]);
      expect(cut.error).toContain(`dev: the function has the list, but ${message}\n    run the same command again\n`);
      expect(cut.after.variables).toEqual({ policy: "0f1e2d3c" });
    },
  );

  test("the same command continues after an interruption, and publishes nothing twice", async () => {
    const cut = await revoke(aliased({ denied: "lambda update-alias" }), "dev", "web");
    expect([cut.code, cut.after.aliases]).toEqual([1, { live: "1" }]);
    const { code, after } = await revoke({ ...cut.after, denied: undefined, calls: [] }, "dev", "web");
    expect([code, listOf(after), after.versions.length]).toEqual([0, '["customers/web"]', 2]);
    expect(after.variables.policy).toMatch(/^revoked-/);
  });

  test("the first of two revocations does not move the alias back from the second one's later version", async () => {
    const meanwhile = { aliases: { live: "3" } };
    const cut = await revoke(aliased({ meanwhile }), "dev", "web");
    expect([cut.code, cut.out, cut.after.aliases]).toEqual([1, "", { live: "3" }]);
    expect(cut.error).toContain("aws lambda update-alias failed: An error occurred (PreconditionFailedException)");
    expect(cut.error).toContain("\n    run the same command again\n");
  });

  test("fails if Lambda keeps the alias on its former version", async () => {
    const { code, out, error, after } = await revoke(aliased({ weights: { "1": 1 } }), "dev", "web");
    expect([code, out, after.variables]).toEqual([1, "", { policy: "0f1e2d3c" }]);
    expect(error).toContain("its alias live still calls version 1, expected 2 only");
  });

  test("--dry-run names the alias, if the committed stack has one", async () => {
    const path = project.path("synthesized/dev/main.tf.json");
    const before = readFileSync(path, "utf8");
    const stack = JSON.parse(before);
    stack.resource.aws_lambda_alias = { callers: { name: "live" } };
    writeFileSync(path, JSON.stringify(stack));
    const { out } = await revoke(aliased(), "dev", "web", { dryRun: true });
    writeFileSync(path, before);
    expect(out).toContain("    function storefront-dev-callers: a published version, and its alias live\n");
  });
});
