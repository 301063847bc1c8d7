import { readFileSync } from "node:fs";
import { join } from "node:path";
import { routeGrantsOf } from "../../../cli/local/ledger";
import { type Cell, callMatrix } from "../../../cli/local/matrix";
import type { Clouds } from "../../../local/clouds";
import { call } from "../../attack/support/gateway-call";
import { variantOf } from "../../support/variant";
import { SynthesizedEnvironments } from "../support/environments";
import { restEnvironment } from "./support/rest-document";

/** What is different for a caller of the same intent on the other kind of API; everything else is the same. */
const DIFFERENCES: readonly Difference[] = [
  {
    what: "the path begins with the stage",
    ask: async ({ url }) => new URL(url).pathname,
    http: "/",
    rest: "/live",
  },
  {
    what: "a token that proves nothing",
    ask: (clouds) => statusOf(clouds, "/orders", { headers: ["Authorization", "Bearer x.y.z"] }),
    http: 403,
    rest: 401,
  },
  { what: "a path that has no route", ask: (clouds) => statusOf(clouds, "/nowhere"), http: 404, rest: 403 },
  {
    what: "a method that a path has not",
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
    what: "a caller's own copy of a header that the gateway sets, in another case",
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
    what: "CORS headers of an answer to a page, which are the gateway's or the service's",
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

const environments = { http: new SynthesizedEnvironments(["dev"]), rest: restEnvironment() };
const clouds = {} as { http: Clouds; rest: Clouds };
beforeAll(async () => {
  clouds.http = await environments.http.start("dev");
  clouds.rest = await environments.rest.start("dev");
}, 60_000);
afterAll(async () => {
  for (const kind of ["http", "rest"] as const) {
    await clouds[kind]?.stop();
    environments[kind].remove();
  }
});

const grants = routeGrantsOf(readFileSync(join(__dirname, "../../../synthesized/dev/access.md"), "utf8"));

test("every caller meets the same at every route, whatever kind the API is", async () => {
  const [http, rest] = [await callMatrix("dev", clouds.http, grants), await callMatrix("dev", clouds.rest, grants)];
  expect([http.contradictions, rest.contradictions]).toEqual([[], []]);
  const told = (cells: readonly Cell[]) =>
    cells.map(({ route, caller, status, service }) => ({ route, caller, status, service }));
  expect(told(rest.cells)).toEqual(told(http.cells));
  expect(rest.cells).toHaveLength(120);
});

test.each(DIFFERENCES)("$what differs", async ({ ask: of, http, rest }) => {
  expect({ http: await of(clouds.http), rest: await of(clouds.rest) }).toEqual({ http, rest });
  expect(rest).not.toEqual(http);
});

test("where both kinds stand side by side, both are open and say the same; callers call that of the output", async () => {
  for (const [kind, beside] of [
    ["http", "rest"],
    ["rest", "http"],
  ] as const) {
    const both = new SynthesizedEnvironments(["dev"], () => variantOf("dev", { gateway: { kind, beside } }));
    const started = await both.start("dev");
    expect([started.gateway.kind, started.beside?.gateway.kind]).toEqual([kind, beside]);
    const matrix = await callMatrix("dev", started, grants);
    expect([matrix.cells.length, matrix.beside.length, matrix.contradictions]).toEqual([120, 120, []]);
    await started.stop();
    both.remove();
  }
}, 60_000);
