import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import { configurationBytes, configurationText, delivery, sidecarPorts } from "../../../../contract/envoy/delivery";
import { SMALL } from "./support";

const FLAGS = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"];

test("a configuration that fits is one argument", () => {
  const text = configurationText(envoyConfiguration(SMALL));
  const found = delivery(text);
  expect(found).toEqual({ kind: "argument", args: expect.arrayContaining(["--config-yaml", text, ...FLAGS]) });
});

test("30,000 bytes still fit, and one more byte is mounted as a secret's version, with a file named after its content", () => {
  expect(delivery("x".repeat(30_000)).kind).toBe("argument");
  const [one, other] = ["x", "y"].map((letter) => delivery(letter.repeat(30_001)));
  expect(one).toMatchObject({ kind: "mounted", file: expect.stringMatching(/^envoy-[0-9a-f]{16}\.json$/) });
  expect(one?.args.slice(0, 2)).toEqual([
    "--config-path",
    `/etc/envoy-configuration/${(one as { file: string }).file}`,
  ]);
  expect(one?.args.join(" ")).not.toContain("xxx");
  expect(one?.args.slice(2)).toEqual(delivery("x").args.slice(2));
  expect(one?.args[1]).not.toBe(other?.args[1]);
});

test("size is counted in bytes, and a reference counts with its maximum length", () => {
  expect(configurationBytes("é")).toBe(2);
  expect(configurationBytes("a${aws_cognito_user_pool.customers.id}b")).toBe(130);
});

test.each([
  ["one route", 1, "argument"],
  ["sixty", 60, "argument"],
  ["three hundred", 300, "mounted"],
])("%s of the usual kind: %s", (_, count, kind) => {
  const keys = Array.from({ length: count }, (__, index) => `GET /things${index}/{id}/parts`);
  const routes = keys.map((key, index) => ({
    key,
    access: { scopes: [index % 2 ? "orders/read" : "orders/support"] },
  }));
  expect(delivery(configurationText(envoyConfiguration({ ...SMALL, routes }))).kind).toBe(kind);
});

test("the sidecar's ports differ from the app's", () => {
  expect(sidecarPorts(8080)).toEqual({ ingress: 10_000, probe: 10_001, app: 8080 });
  expect(sidecarPorts(10_000)).toEqual({ ingress: 10_001, probe: 10_002, app: 10_000 });
  expect(sidecarPorts(10_001)).toEqual({ ingress: 10_000, probe: 10_002, app: 10_001 });
});
