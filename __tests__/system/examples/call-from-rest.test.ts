import { describeWhere } from "../../support/describe-where";
import { ExampleDoor } from "./support/example-door";
import { EXAMPLES, RunningExample } from "./support/example-program";

jest.setTimeout(60_000);

let door: ExampleDoor;
beforeAll(async () => {
  door = await ExampleDoor.open("rest", "reporting-agent");
});
afterAll(() => door?.close());
beforeEach(() => door.reset());

for (const example of EXAMPLES) {
  describeWhere(example.missing, `behind a REST API, the example for ${example.name}`, () => {
    test("gets a new token on 401, and reports a missing scope after one retry", async () => {
      const caller = new RunningExample(example, door.environment);
      try {
        expect(await caller.call("orders")).toEqual([200]);
        await door.reopen();
        expect(await caller.call("orders")).toEqual([200]);
        expect([door.tokens, door.served, door.answered(401)]).toEqual([1, 1, 1]);
        expect(await caller.call("accounts/7")).toEqual([403]);
        expect([door.tokens, door.served, door.answered(403)]).toEqual([2, 1, 2]);
      } finally {
        await caller.stop();
      }
    });
  });
}
