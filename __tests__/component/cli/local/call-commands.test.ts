import { spawnSync } from "node:child_process";
import type { RouteGrant } from "../../../../cli/expectations/ledger";
import { callCommands } from "../../../../cli/local/curl-lines";
import { ANYONE } from "../../../../intent/model/expectation";
import type { DeclaredCaller } from "../../../../packages/local-front-door/callers";
import type { RepeatedRequest } from "../../../../packages/local-front-door/page/page";

const caller = (name: string, kind: DeclaredCaller["kind"]): DeclaredCaller => ({
  name,
  kind,
  token: () => Promise.reject(new Error("a command contains no token")),
});
const DOOR = {
  url: "http://127.0.0.1:8080/stage",
  callers: [caller("customers/web", "person"), caller("aws/role", "aws"), caller("customers/agent", "program")],
};
const grant = (principal: string, route: string): RouteGrant => ({
  principal,
  route,
  service: "orders",
  own: [],
  cells: { principal, permission: "call", resource: route, condition: "" },
});
const GRANTS = [
  grant(ANYONE, "GET /products"),
  grant("aws/role", "GET /orders"),
  grant("customers/agent", "GET /orders"),
];
const TOKEN = (name: string) => `$(npm run -s token -- dev --as ${name})`;

const again = (request: Partial<RepeatedRequest>) =>
  callCommands("dev", DOOR, GRANTS).again({
    door: "gateway",
    method: "GET",
    path: "/stage/orders",
    hadToken: false,
    ...request,
  });

/** What a shell passes to curl. Commands in it print their own words, so that a hostile one would run. */
function passed(command: string | undefined): readonly string[] {
  const script = `curl() { printf '%s\\n' "$@"; }; npm() { printf '%s ' "$@"; }\n${command}`;
  return spawnSync("/bin/sh", ["-c", script], { encoding: "utf8", env: { PATH: "", TOKEN: "pasted" } })
    .stdout.trim()
    .split("\n");
}

test("the first call is that of a program, or else one without a token, or none", () => {
  const first = (door: Pick<typeof DOOR, "callers">, grants = GRANTS) =>
    callCommands("dev", { ...DOOR, ...door }, grants).first;
  expect(first(DOOR)).toBe(`curl -s ${DOOR.url}/orders -H "Authorization: Bearer ${TOKEN("customers/agent")}"`);
  expect(first({ callers: [] })).toBe(`curl -s ${DOOR.url}/products`);
  expect(first(DOOR, [])).toBeUndefined();
});

test("a call is repeated with its method and path, and with a command for a token of its caller", () => {
  expect(again({ method: "POST", caller: "customers/agent", hadToken: true })).toBe(
    `curl -s -X POST http://127.0.0.1:8080/stage/orders -H "Authorization: Bearer ${TOKEN("customers/agent")}"`,
  );
  expect(again({ method: "HEAD" })).toBe("curl -s -I http://127.0.0.1:8080/stage/orders");
  expect(passed(again({ caller: "customers/web", user: "ben", hadToken: true })).at(-1)).toBe(
    "Authorization: Bearer run -s token -- dev --as customers/web --user ben",
  );
  expect(again({ caller: "customers/web", user: "ann", hadToken: true })).not.toContain("--user");
});

test("a token of another caller is a variable of the shell, never the token", () => {
  expect(passed(again({ caller: "attacker", hadToken: true }))).toEqual([
    "-s",
    "http://127.0.0.1:8080/stage/orders",
    "-H",
    "Authorization: Bearer pasted",
  ]);
});

test.each(["/$(id)", "/`id`", "/'$(id)'", '/";id;"', "/a&id", "/a|id", "/a;id", "/$TOKEN", "/~", "/*", "/\\"])(
  "the path %s is one word of the shell, also in a user's name and a method",
  (path) => {
    expect(passed(again({ path }))).toEqual(["-s", `http://127.0.0.1:8080${path}`]);
    expect(passed(again({ method: path }))).toEqual(["-s", "-X", path, "http://127.0.0.1:8080/stage/orders"]);
    expect(passed(again({ caller: "customers/web", user: path, hadToken: true })).at(-1)).toBe(
      `Authorization: Bearer run -s token -- dev --as customers/web --user ${path}`,
    );
  },
);

test("curl sends a path as it is, with braces and dots", () => {
  expect(passed(again({ path: "/orders/{1,2}" }))).toEqual(["-s", "-g", "http://127.0.0.1:8080/orders/{1,2}"]);
  expect(passed(again({ path: "/a/%2e%2E/b" }))).toContain("--path-as-is");
  expect(passed(again({ path: "/orders/../b" }))).toContain("--path-as-is");
  expect(passed(again({ path: "/orders/1.json" }))).toEqual(["-s", "http://127.0.0.1:8080/orders/1.json"]);
});

test("nothing is repeated that a terminal may not show as it is, that had a token in its path, or that went elsewhere", () => {
  for (const path of ["/a b", "/(token withheld)", "/\u001b[2J", "/\u202e", "/é", "http://other.example/", "*"]) {
    expect(again({ path })).toBeUndefined();
  }
  expect(again({ door: "cognito" })).toBeUndefined();
  expect(again({ door: "cloud-run" })).toBeUndefined();
  expect(again({ caller: "customers/web", user: "a\u001b[2J", hadToken: true })).not.toContain("--user");
});
