import { keysOfOne, namedBy, type RouteKeys, reachedBy } from "../../../contract/route-selection";
import fc from "../../support/properties";
import { testAll } from "../../support/test-all";

const http = (...keys: string[]) => keysOfOne("http", keys);
const rest = (...keys: string[]) => keysOfOne("rest", keys);
const reached = (target: string, keys: RouteKeys, except?: readonly string[]) =>
  reachedBy(target, keys, { except })
    .map(({ key, request }) => `${key} by ${request}`)
    .sort();

testAll<[string, string, RouteKeys, ...string[]]>([
  ["another name of a variable", "GET /a/{id}", http("GET /a/{other}"), "GET /a/{other} by GET /a/7"],
  ["a greedy route", "GET /a/{id}", http("GET /{path+}"), "GET /{path+} by GET /a/7"],
  ["the wider route under a deleted literal", "GET /a/b", http("GET /a/{id}"), "GET /a/{id} by GET /a/b"],
  [
    "a literal route",
    "GET /a/{id}",
    http("GET /a/b", "GET /a/{id}"),
    ...["GET /a/b by GET /a/b", "GET /a/{id} by GET /a/7"],
  ],
  ["no wider route behind a narrower", "GET /a/{id}", http("GET /a/{x}", "GET /{p+}"), "GET /a/{x} by GET /a/7"],
  ["a route of ANY", "DELETE /a", http("ANY /a"), "ANY /a by DELETE /a"],
  ["the methods that ANY leaves", "ANY /a", http("ANY /a", "GET /a"), "ANY /a by DELETE /a", "GET /a by GET /a"],
  ["the default route", "GET /a", http("$default", "POST /a"), "$default by GET /a"],
  ["the root", "GET *", http("GET /", "GET /{p+}"), "GET / by GET /", "GET /{p+} by GET /7"],
  ["no root by a greedy route", "GET /", http("GET /{p+}")],
  ["no other method", "GET /a", http("POST /a")],
  ["no other path", "GET /a", http("GET /b", "GET /a/{id}")],
  [
    "a text that no literal takes",
    "GET /a/{id}",
    http("GET /a/7", "GET /a/{id}"),
    ...["GET /a/7 by GET /a/7", "GET /a/{id} by GET /a/77"],
  ],
  [
    "a greedy route behind a variable",
    "GET /a/{p+}",
    http("GET /a/{x}", "GET /{p+}"),
    ...["GET /a/{x} by GET /a/7", "GET /{p+} by GET /a/7/7"],
  ],
  ["a path that the stack does not show", "GET /a", rest("GET ?/x"), "GET ?/x by GET /a"],
  ["nothing behind a path of a REST API without the method", "GET /a/{id}", rest("POST /a/{x}", "GET /{p+}")],
  ["a wider route of an HTTP API", "GET /a/{id}", http("POST /a/{x}", "GET /{p+}"), "GET /{p+} by GET /a/7"],
])("a target reaches %s", (_, target, keys, ...expected) => expect(reached(target, keys)).toEqual(expected));

test("requests that are left out reach nothing", () => {
  const keys = http("GET /a/b", "GET /a/{id}");
  expect(reached("GET /a/{id}", keys, ["GET /a/b"])).toEqual(["GET /a/{id} by GET /a/7"]);
  expect(reached("GET /a/{id}", keys, ["GET /a/{x}"])).toEqual([]);
  expect(reached("GET *", keys, ["GET *"])).toEqual([]);
});

test("a target names the routes of its own requests, not the narrower ones", () => {
  const keys = http("GET /a/b", "GET /a/{id}", "GET /{p+}", "POST /a/{id}");
  const named = (target: string) => namedBy(target, keys).map(({ key }) => key);
  expect(named("GET /a/{x}")).toEqual(["GET /a/{id}"]);
  expect(named("ANY /a/{x}")).toEqual(["GET /a/{id}", "POST /a/{id}"]);
  expect(named("GET /a/b")).toEqual(["GET /a/b"]);
  expect(named("GET *")).toEqual(["GET /a/b", "GET /a/{id}", "GET /{p+}"]);
  expect(named("PUT /a/b")).toEqual([]);
});

/** A second reading of the documented selection, for requests of literal texts. */
function selected(keys: readonly string[], request: string, kind: "http" | "rest"): string | undefined {
  const [method = "", path = ""] = request.split(" ");
  const pattern = (key: string) =>
    new RegExp(`^${(key.split(" ")[1] ?? "").replace(/\{\w+\+\}/g, ".+").replace(/\{\w+\}/g, "[^/]+")}$`);
  const rank = (key: string) =>
    (key.split(" ")[1] ?? "")
      .split("/")
      .slice(1)
      .map((part) => (part.includes("+") ? 2 : Number(part.startsWith("{"))))
      .join("") + (key.startsWith("ANY") ? "1" : "0").padStart(9, "0");
  const fitting = keys.filter((key) => pattern(key).test(path)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const own = (key: string) => key.startsWith(`${method} `) || key.startsWith("ANY ");
  if (kind === "http") return fitting.find(own);
  const first = fitting[0]?.split(" ")[1];
  return fitting.find((key) => key.split(" ")[1] === first && own(key));
}

test("reaches exactly the routes that some request of the target reaches", () => {
  const part = fc.constantFrom("a", "b", "{x}");
  const path = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(
      ([parts, isGreedy]) =>
        `/${parts.map((each, index) => each.replace("x", `x${index}`)).join("/")}${isGreedy ? "/{p+}" : ""}`,
    );
  const key = fc.tuple(fc.constantFrom("GET", "POST", "ANY"), path).map((parts) => parts.join(" "));
  const texts = ["a", "b", "c"];
  const paths = texts.flatMap((a) => [
    `/${a}`,
    ...texts.flatMap((b) => [
      `/${a}/${b}`,
      ...texts.flatMap((c) => [
        `/${a}/${b}/${c}`,
        ...texts.flatMap((d) => [`/${a}/${b}/${c}/${d}`, `/${a}/${b}/${c}/${d}/c`]),
      ]),
    ]),
  ]);
  const requests = ["GET", "POST", "PUT"].flatMap((method) => paths.map((each) => `${method} ${each}`));
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { minLength: 1, maxLength: 6, selector: (each) => each.replace(/\w+(?=\+?\})/g, "") }),
      key,
      (keys, target) => {
        const own = requests.filter((request) => selected([target], request, "http") !== undefined);
        const expected = new Set(own.flatMap((request) => selected(keys, request, "http") ?? []));
        expect(new Set(reachedBy(target, http(...keys)).map((each) => each.key))).toEqual(expected);
        for (const each of reachedBy(target, http(...keys)))
          expect(selected(keys, each.request, "http")).toBe(each.key);
      },
    ),
  );
});
