import { routeGrantsOf } from "../../../../../cli/local/ledger";
import { callMatrix } from "../../../../../cli/local/matrix";
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

/** Dev as each kind of API. */
const environments = (["http", "rest"] as const).map(
  (kind) => new SynthesizedEnvironments(["dev"], () => variantOf("dev", { gateway: { kind } })),
);
let doors: readonly Clouds[] = [];
beforeAll(async () => {
  doors = await Promise.all(environments.map((each) => each.start("dev")));
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.stop()));
  for (const each of environments) each.remove();
});

test("every caller gets the same answers on every route from both kinds of API", async () => {
  const grants = routeGrantsOf((file) => synthesizedFile("dev", file));
  const [http, rest] = await Promise.all(doors.map((door) => callMatrix("dev", door, grants)));
  expect([http?.contradictions, rest?.contradictions]).toEqual([[], []]);
  expect(doors.map(({ gateway }) => gateway.kind)).toEqual(["http", "rest"]);
  expect(rest?.cells).toEqual(http?.cells);
  expect(rest?.cells).toHaveLength(120);
});

test("only the listed differences exist", async () => {
  const asked = [];
  for (const { what, ask: of } of DIFFERENCES) {
    const [http, rest] = await Promise.all(doors.map(of));
    asked.push({ what, http, rest });
  }
  expect(asked).toEqual(DIFFERENCES.map(({ what, http, rest }) => ({ what, http, rest })));
  expect(DIFFERENCES.filter(({ http, rest }) => http === rest)).toEqual([]);
});
