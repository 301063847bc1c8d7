import { BASE, DEV, faults, problemsOf } from "../../../support/config-folder";

const service = (id: string) => `services: { ${id}: { image: docker.io/acme/x, routes: { GET /x: public } } }`;

test("name, environment and service have at most 25 characters together", () => {
  expect(faults(service("a".repeat(18)))).toEqual([]);
  expect(faults(service("a".repeat(20)))).toEqual([
    `services.${"a".repeat(20)}  got shop-dev-${"a".repeat(20)}-rt (32 characters) as the runtime account of service ${"a".repeat(20)}, expected at most 30 (Google's limit for a service account id)`,
  ]);
});

test("the remedy states by how much the name is too long", () => {
  const files = { "base.yaml": BASE, "dev.yaml": `${DEV}${service("a".repeat(20))}` };
  expect(problemsOf(files)[0]?.remedy).toBe(
    "shorten the name, the environment or the service by 2: 25 characters together",
  );
});

test("a Google account has at least 6 characters", () => {
  const files = (name: string) => ({ "base.yaml": BASE, "d.yaml": `${DEV}name: ${name}\n${service("a")}` });
  expect(problemsOf(files("ss"))).toEqual([]);
  expect(problemsOf(files("s")).map(({ path, message }) => `${path}  ${message}`)).toEqual([
    "name  got s-d (3 characters) as the workload identity pool, expected 4-32 (Google's limits for a pool id)",
    "services.a  got s-d-a (5 characters) as the invoker account of service a, expected at least 6 (Google's limit for a service account id)",
  ]);
});

test("a pool's id has at most 32 characters, including its generation", () => {
  const name = (length: number) => `name: ${"n".repeat(length)}\nfederation: { generation: 10 }`;
  const pool = (length: number) => faults(name(length)).filter((fault) => fault.includes("pool"));
  expect(pool(25)).toEqual([]);
  expect(pool(26)).toEqual([
    `name  got ${"n".repeat(26)}-dev-10 (33 characters) as the workload identity pool, expected 4-32 (Google's limits for a pool id)`,
  ]);
});

test("no pool's id starts with gcp-", () => {
  expect(faults("name: gcp")).toEqual([
    "name  got gcp-dev (7 characters) as the workload identity pool, expected an id that does not start with gcp- (Google reserves it)",
  ]);
  expect(faults("name: gcpx")).toEqual([]);
});

test.each(["callers", "public", "auditors"])(
  "no service may be called %s, because the stack has a role of that name",
  (id) => {
    expect(faults(service(id))).toEqual([
      `services.${id}  got the service ${id}, expected another name (the stack creates a role of that name)`,
    ]);
  },
);

test("no service ends in -rt, as runtime accounts do", () => {
  expect(faults(service("orders-rt"))).toContain(
    "services.orders-rt  got the service orders-rt, expected a name that does not end in -rt (runtime accounts do)",
  );
  expect(faults(service("start"))).toEqual([]);
  // Addresses are derived from the key, whatever the service's former name.
  expect(faults(service("orders-rt").replace("{ image", "{ previousName: old, image"))).toHaveLength(1);
});

test("an environment has at least one service", () => {
  expect(faults("services: { orders: null, catalog: null }\nclients: null\nissuers: null")).toEqual([
    "services  got no service, expected at least one",
  ]);
});
