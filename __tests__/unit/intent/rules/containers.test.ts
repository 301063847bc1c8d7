import { faults } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const RESERVED = "none of PORT, K_SERVICE, K_REVISION, K_CONFIGURATION, X_GOOGLE_* (Cloud Run sets them)";

testAll(["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "X_GOOGLE_TARGET"])(
  "%s is reserved by Cloud Run",
  (name) => {
    expect(faults(`services: { orders: { environment: { ${name}: x } } }`)).toEqual([
      `services.orders.environment.${name}  got the variable ${name}, expected ${RESERVED}`,
    ]);
    expect(faults(`services: { orders: { secrets: { ${name}: { secret: x } } } }`)).toEqual([
      `services.orders.secrets.${name}  got the variable ${name}, expected ${RESERVED}`,
    ]);
  },
);

test("other names are accepted", () => {
  expect(faults("services: { orders: { environment: { PORTS: x, K_SERVICES: x, _x: y1, GOOGLE_X: x } } }")).toEqual([]);
});

test("a variable is either in environment or in secrets", () => {
  expect(faults("services: { orders: { environment: { DATABASE_URL: x } } }")).toEqual([
    "services.orders.environment.DATABASE_URL  got the variable DATABASE_URL in environment and in secrets, expected one source (Cloud Run refuses two)",
  ]);
});

testAll(["1A", "A.B", "A B", "é"])("%s is not a variable name", (name) => {
  expect(faults(`services: { orders: { environment: { "${name}": x } } }`)).toEqual([
    `services.orders.environment[${JSON.stringify(name)}]  got the name ${JSON.stringify(name)}, expected letters, digits and _, no digit first (an environment variable)`,
  ]);
});

test("a variable has at most 32 kB in bytes, including its name", () => {
  const variable = (value: string) => faults(`services: { orders: { environment: { A: "${value}" } } }`);
  expect(variable("x".repeat(32_767))).toEqual([]);
  expect(variable("x".repeat(32_768))).toEqual([
    "services.orders.environment.A  got 32769 bytes, expected at most 32768 with the name (Cloud Run's limit per variable)",
  ]);
  expect(variable("é".repeat(16_384))).toEqual([expect.stringContaining("got 32769 bytes")]);
});

test("a container has at most 1,000 variables, including secrets", () => {
  const variables = (count: number) => Array.from({ length: count }, (_, i) => `V${i}: x`).join(", ");
  const environment = (count: number) => faults(`services: { orders: { environment: { ${variables(count)} } } }`);
  // LOG_LEVEL and DATABASE_URL are in the base.
  expect(environment(998)).toEqual([]);
  expect(environment(999)).toEqual([
    "services.orders.environment  got 1001 variables, expected at most 1000 (Cloud Run's limit per container)",
  ]);
});

test("no variable may contain NUL, which ends text for a process", () => {
  expect(faults('services: { orders: { environment: { A: "a\\0b" } } }')).toEqual([
    'services.orders.environment.A  got "a\\u0000b", expected text',
  ]);
});

testAll(["/healthz", "/", "/v1/health_check.txt", "/_ah/warmup"])("%s is a path for probes", (path) => {
  expect(faults(`services: { orders: { healthPath: ${path} } }`)).toEqual([]);
});

testAll(["healthz", "/a?b", "/a#b", "/é", "/a%20b"])("%s is not a path for probes", (path) => {
  expect(faults(`services: { orders: { healthPath: "${path}" } }`)).toEqual([
    expect.stringContaining(`services.orders.healthPath  got "${path}", expected a path`),
  ]);
});
