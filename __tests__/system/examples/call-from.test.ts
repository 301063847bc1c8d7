import { describeWhere } from "../../support/describe-where";
import { set } from "../../support/local/document";
import { ExampleDoor } from "./support/example-door";
import { EXAMPLES, RunningExample, runExample } from "./support/example-program";

jest.setTimeout(60_000);

/** Shorter than the examples' margin: a token that is never used twice. */
const shortTokens = set("aws_cognito_user_pool_client.reporting_agent", {
  access_token_validity: 30,
  token_validity_units: [{ access_token: "seconds" }],
});

const twentyTimes = (path: string) => Array.from({ length: 20 }, () => path);
const allOf = (statuses: readonly unknown[]) => [...new Set(statuses)];

const ROUNDS = 8;

let door: ExampleDoor;
beforeAll(async () => {
  door = await ExampleDoor.open("http", "reporting-agent");
});
afterAll(() => door?.close());

for (const example of EXAMPLES) {
  describeWhere(example.missing, `the example for ${example.name}`, () => {
    let caller: RunningExample;
    beforeEach(async () => {
      if (door.stackFile !== door.stack.file) await door.reopen();
      door.reset();
      caller = new RunningExample(example, door.environment);
    });
    afterEach(() => caller.stop());

    test("as printed, shows the service's answer", async () => {
      const { code, out, error } = await runExample(example, "orders/export", door.environment);
      expect([code, error]).toEqual([0, ""]);
      expect(out).toMatch(/^200 \{.*"service":"storefront-dev-orders"/);
    });

    test("reports a missing scope after one retry with a new token", async () => {
      const { code, out, error } = await runExample(example, "/accounts/7", door.environment);
      expect([code, out, error]).toEqual([1, '403 {"message":"Forbidden"}', ""]);
      expect([door.tokens, door.secretsManager.reads, door.decisions("authorizer", false).length]).toEqual([2, 2, 2]);
    });

    test("requests one token for any number of concurrent calls, and caches it", async () => {
      expect(allOf(await caller.call(...twentyTimes("orders")))).toEqual([200]);
      expect(await caller.call("orders/export")).toEqual([200]);
      expect([door.tokens, door.secretsManager.reads, door.served]).toEqual([1, 1, 21]);
    });

    test("gets one new token when the old one is no longer valid, and loses no call", async () => {
      expect(await caller.call("orders")).toEqual([200]);
      await door.reopen();
      door.replaceSecret("another-secret-than-at-the-first-time");
      expect(allOf(await caller.call(...twentyTimes("orders")))).toEqual([200]);
      expect([door.tokens, door.secretsManager.reads, door.served]).toEqual([1, 2, 20]);
      // Each call was refused at most once: later calls already had the new token.
      expect(door.answered(403)).toBeGreaterThan(0);
      expect(door.answered(403)).toBeLessThanOrEqual(20);
    });

    test("loses no call even if the secret is replaced right after each read", async () => {
      await door.reopen(door.stack.changed(shortTokens));
      let replaced = 0;
      door.secretsManager.onRead = () => {
        // Not twice in a row. A rotation comes once in hours, and the previous secret continues to work.
        if (door.secretsManager.reads % 2 === 0) return;
        replaced += 1;
        door.replaceSecret(`replacement-${replaced}-of-the-client-secret`);
      };
      for (let round = 0; round < ROUNDS; round += 1) {
        expect(await caller.call("orders", "orders/export", "orders")).toEqual([200, 200, 200]);
      }
      const refused = door.decisions("cognito", false).map(({ reason }) => reason);
      expect([replaced >= ROUNDS, refused.length, allOf(refused)]).toEqual([
        true,
        replaced,
        ["the client secret is wrong"],
      ]);
    });

    test("reports in words that it gets no token, after one retry", async () => {
      door.secretsManager.secrets.set(door.secretId, door.secretWith("canary-of-a-secret"));
      expect(await caller.call("orders")).toEqual([`no token for ${door.secretId}: invalid_client`]);
      expect([door.secretsManager.reads, door.decisions("cognito", false).length, door.served]).toEqual([2, 2, 0]);
      expect(caller.said).not.toMatch(/canary|eyJ|Basic|Bearer/);
    });

    test("reports in words that a secret is broken, without its content", async () => {
      door.secretsManager.secrets.set(door.secretId, "client_secret=canary-of-a-secret");
      const { code, out, error } = await runExample(example, "orders", door.environment);
      expect([code, out, error]).toEqual([1, "", expect.stringContaining(`${door.secretId} is not JSON`)]);
      // Python's own error would contain the text, which may also get into logs.
      expect(error).not.toMatch(/canary|client_secret=|JSONDecodeError/);
    });
  });
}
