import { createHash } from "node:crypto";
import { dev } from "../../../support/config-folder";

const plans = (changes: string) => dev(changes).gateway.plans;
const sha = (text: string) => createHash("sha256").update(text).digest("hex");

test("usage is not counted without a plan, and never under http", () => {
  expect(plans("gateway: { kind: rest }")).toEqual([]);
  expect(plans("")).toEqual([]);
});

test("one client's quota makes every caller a member of some plan", () => {
  const [others, anybody, own, ...more] = plans(
    "gateway: { kind: rest }\nclients: { batch: { quota: { requests: 10, per: day } } }\n",
  );
  expect(more).toEqual([]);
  expect(own).toEqual({
    id: "batch",
    name: "shop-dev-batch",
    client: "batch",
    quota: { requests: 10, per: "day" },
    members: [
      {
        caller: "customers/batch",
        address: "batch",
        owner: { kind: "clients", id: "batch" },
        key: sha("shop-dev/customers/batch"),
      },
    ],
  });
  expect(anybody).toEqual({
    id: "anonymous",
    name: "shop-dev-anonymous",
    members: [{ caller: "anonymous", address: "anonymous", key: sha("shop-dev/anonymous") }],
  });
  expect(others?.members.map(({ caller }) => caller)).toEqual([
    "partner/export",
    "customers/web",
    "workforce/0oa1example",
  ]);
  expect(others).not.toHaveProperty("quota");
});

test("the default plan is for clients without their own, and its limits apply to each separately", () => {
  const [others] = plans("gateway: { kind: rest, defaultPlan: { throttle: { ratePerSecond: 1, burst: 2 } } }");
  expect(others).toMatchObject({ id: "default", throttle: { ratePerSecond: 1, burst: 2 } });
  expect(others?.members).toHaveLength(4);
});

test("usage keys have 64 characters, within API Gateway's 20 to 128", () => {
  const [{ members } = { members: [] }] = plans("gateway: { kind: rest, defaultPlan: {} }");
  for (const { key } of members) expect(key).toMatch(/^[0-9a-f]{64}$/);
});
