import { routeGrantsOf } from "../../../../../cli/local/ledger";
import { type Cell, callMatrix } from "../../../../../cli/local/matrix";
import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { SynthesizedEnvironments } from "../../../../support/local/environments";
import { synthesizedFile } from "../../../../support/synthesized";
import { variantOf } from "../../../../support/variant";
import { call } from "../../../../system/attack/support/gateway-call";

/** What differs for callers between the two kinds of API with the same intent. Everything else is the same. */
const DIFFERENCES: readonly Difference[] = [
  {
    what: "the path begins with the stage",
    ask: async ({ url }) => new URL(url).pathname,
    http: "/",
    rest: "/live",
  },
  {
    what: "an invalid token",
    ask: (clouds) => statusOf(clouds, "/orders", { headers: ["Authorization", "Bearer x.y.z"] }),
    http: 403,
    rest: 401,
  },
  { what: "a path without a route", ask: (clouds) => statusOf(clouds, "/nowhere"), http: 404, rest: 403 },
  {
    what: "a method that the path lacks",
    ask: (clouds) => statusOf(clouds, "/orders", { method: "DELETE" }),
    http: 404,
    rest: 403,
  },
  {
    what: "the caller's Authorization",
    ask: async (clouds) => {
      const headers = await headersAtService(clouds, ["Authorization", "Basic eHg="]);
      return headers.find(([name]) => name.toLowerCase() === "authorization")?.[1];
    },
    http: "Basic eHg=",
    rest: "",
  },
  {
    what: "a caller's copy of a gateway header, in another case",
    ask: async (clouds) => {
      const headers = await headersAtService(clouds, ["x-caller-subject", "forged"]);
      return headers.filter(([name, value]) => /^x-caller-subject$/i.test(name) && value === "forged").length;
    },
    http: 0,
    rest: 1,
  },
  {
    what: "an escaped character in a path variable of a public route",
    ask: (clouds) => statusOf(clouds, "/products/a%20b"),
    http: 200,
    rest: 403,
  },
  {
    what: "X-HTTP-Method-Override",
    ask: (clouds) => statusOf(clouds, "/products", { headers: ["X-HTTP-Method-Override", "PUT"] }),
    http: 200,
    rest: 403,
  },
  {
    what: "CORS headers of an answer to a page",
    ask: async (clouds) => {
      const { headers } = await ask(clouds, "/products", { headers: ["Origin", "https://dev.shop.example.com"] });
      return headers["access-control-allow-origin"];
    },
    http: "https://dev.shop.example.com",
    rest: undefined,
  },
  {
    what: "CORS headers of the gateway's own refusal",
    ask: async (clouds) => {
      const { headers } = await ask(clouds, "/orders", { headers: ["Origin", "https://dev.shop.example.com"] });
      return headers["access-control-allow-origin"];
    },
    http: undefined,
    rest: "*",
  },
  {
    what: "the header with the request's id",
    ask: async (clouds) => {
      const { headers } = await ask(clouds, "/products");
      return Object.keys(headers).filter((name) => /^(apigw-requestid|x-amz-apigw-id)$/.test(name));
    },
    http: ["apigw-requestid"],
    rest: ["x-amz-apigw-id"],
  },
];

interface Difference {
  readonly what: string;
  readonly ask: (clouds: Clouds) => Promise<unknown>;
  readonly http: unknown;
  readonly rest: unknown;
}

function ask({ url }: Clouds, path: string, options: Parameters<typeof call>[2] = {}) {
  return call(url, `${new URL(url).pathname.replace(/\/$/, "")}${path}`, options);
}

async function statusOf(...request: Parameters<typeof ask>): Promise<number> {
  return (await ask(...request)).status;
}

async function headersAtService(clouds: Clouds, headers: readonly string[]) {
  return ((await ask(clouds, "/products", { headers })).body as { headers: [string, string][] }).headers;
}

/** A front door of dev with both kinds of API; the callers of the ledger call the HTTP API. */
const environments = new SynthesizedEnvironments(["dev"], () =>
  variantOf("dev", { gateway: { kind: "http", alsoServe: "rest" } }),
);
let door: Clouds;
beforeAll(async () => {
  door = await environments.start("dev");
});
afterAll(async () => {
  await door?.stop();
  environments.remove();
});
const restDoor = (): Clouds => ({ ...door, url: door.alsoServed?.url ?? "" });

test("every caller gets the same answers on every route from both kinds of API", async () => {
  const { contradictions, cells, alsoServed } = await callMatrix(
    "dev",
    door,
    routeGrantsOf(synthesizedFile("dev", "access.md")),
  );
  const statusesOf = (each: readonly Cell[]) =>
    each.map(({ route, caller, status, service }) => ({ route, caller, status, service }));
  expect(contradictions).toEqual([]);
  expect([door.gateway.kind, door.alsoServed?.gateway.kind]).toEqual(["http", "rest"]);
  expect(statusesOf(alsoServed)).toEqual(statusesOf(cells));
  expect(alsoServed).toHaveLength(120);
});

test("only the listed differences exist", async () => {
  const asked = [];
  for (const { what, ask: of } of DIFFERENCES) asked.push({ what, http: await of(door), rest: await of(restDoor()) });
  expect(asked).toEqual(DIFFERENCES.map(({ what, http, rest }) => ({ what, http, rest })));
  expect(DIFFERENCES.filter(({ http, rest }) => http === rest)).toEqual([]);
});
