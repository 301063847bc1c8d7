import { dev, faults } from "../../../support/config-folder";
import { stackOf } from "../../../support/stack";

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(", ");

test("the federation's attribute condition limits the number of services", () => {
  const condition = (lengths: readonly number[]) => {
    const services = lengths.map(
      (length, i) =>
        `s${String(i).padStart(length - 1, "0")}: { image: docker.io/acme/x, routes: { GET /s${i}: public } }`,
    );
    const rest = "clients: null\nissuers: null\nlimits: { serviceAccountsPerProject: 1000 }";
    return faults(`services: { ${services.join(", ")}, orders: null, catalog: null }\n${rest}`);
  };
  // `attribute.aws_role in []` has 24 characters, a role 50 and its id (`'arn:aws:sts::111122223333:assumed-role/shop-dev-…'`), a comma 2.
  const full = [...Array(51).fill(18), ...Array(8).fill(11)];
  expect(24 + full.reduce((sum, length) => sum + 50 + length, 0) + 2 * 58).toBe(4096);
  expect(condition(full)).toEqual([]);
  expect(condition([...full.slice(0, -1), 12])).toEqual([
    "services  got 59 services, whose roles make an attribute condition of 4097 characters, expected at most 4096 (Google's limit for a workload identity provider)",
  ]);
});

const machine = (id: string) => `${id}: { issuer: customers, grant: client_credentials, scopes: [orders/read] }`;

test("the functions' environment limits the number of Cognito clients", () => {
  const used = (count: number, more = 0) =>
    faults(`clients: { ${many(count, (i) => machine(`machine-${i}${i === 0 ? "x".repeat(more) : ""}`))} }`);
  expect(used(50)).toEqual([]);
  const [fault = ""] = used(80);
  expect(fault).toMatch(
    /^clients {2}got 84 function variables of about \d+ bytes, one for each Cognito client and issuer, expected at most 4096 \(AWS Lambda's limit for a function's environment\)$/,
  );
  // Filled up to the last byte by the length of one name.
  let [free, over] = [0, 80];
  while (over - free > 1) {
    const middle = (free + over) >> 1;
    if (used(76, middle).length === 0) free = middle;
    else over = middle;
  }
  expect(used(76, free)).toEqual([]);
  expect(used(76, free + 1)).toEqual([expect.stringContaining("of about 4097 bytes")]);
});

test("external clients need no variable", () => {
  expect(
    faults(`clients: { ${many(80, (i) => `e${i}: { issuer: partner, subject: s${i}, scopes: [orders/read] }`)} }`),
  ).toEqual([]);
});

test("the readers of a client's secret fit into its synthesized policy", () => {
  const arns = (count: number) =>
    Array.from({ length: count }, (_, i) => `"arn:aws:iam::111122223333:role/reader-${String(i).padStart(20, "0")}"`);
  const readers = (count: number) => `clients: { batch: { readers: [${arns(count).join(", ")}] } }\n`;
  const policy = stackOf(dev(readers(140))).resource("aws_secretsmanager_secret_policy", "batch").policy;
  // References become ARNs of about twice their length.
  expect(policy.length).toBeLessThan(20_480);
  expect(faults(readers(140))).toEqual([]);
  expect(faults(readers(180))).toEqual([expect.stringMatching(/^clients\.batch\.readers {2}got 180 readers/)]);
  expect(stackOf(dev(readers(160))).resource("aws_secretsmanager_secret_policy", "batch").policy.length).toBeLessThan(
    20_480,
  );
});
