import { parse, stringify } from "yaml";
import { BASE, intentsOf, problemsOf } from "../../support/config-folder";
import fc from "../../support/properties";
import { shuffled, type Tree } from "../../support/shuffled";

const SHOP = {
  ...(parse(BASE) as Tree),
  google: { project: "shop-project", region: "europe-west1", ownsProject: true },
};

/** One fault each: its place, and the YAML text there. */
const MUTATIONS: readonly (readonly [path: readonly string[], source: string])[] = [
  [["name"], "Shop"],
  [["aws", "account"], "111122223333"],
  [["aws", "account"], "011122223333"],
  [["aws", "region"], "cn-north-1"],
  [["google", "project"], "a"],
  [["google", "ownsProject"], "yes"],
  [["state", "bucket"], "Shop_State"],
  [["handshake"], "shared"],
  [["issuers", "customers", "kind"], "cognit"],
  [["issuers", "customers", "domainPrefix"], "amazonia"],
  [["issuers", "partner", "issuer"], "https://127.0.0.1"],
  [["issuers", "workforce", "scopes"], "[orders/raed]"],
  [["gateway", "authorizerCacheSeconds"], "3600"],
  [["gateway", "throttle", "burst"], "1e3"],
  [["gateway", "trottle"], "{}"],
  [["services", "orders", "image"], "orders"],
  [["services", "orders", "port"], "0x1F90"],
  [["services", "orders", "scaling"], "{ max: 2000 }"],
  [["services", "orders", "resources"], "{ cpu: 3 }"],
  [["services", "orders", "environment", "PORT"], "text"],
  [["services", "orders", "environment", "LOG_LEVEL"], "~"],
  [["services", "orders", "routes", "OPTIONS /orders"], "public"],
  [["services", "orders", "routes", "GET /orders/"], "public"],
  [["services", "catalog", "routes", "GET /x"], "{ scopes: [openid] }"],
  [["clients", "web", "issuer"], "custmers"],
  [["clients", "web", "scopes"], "[ordrs/read]"],
  [["clients", "export", "subject"], '"*"'],
  [["clients", "batch", "readers"], '["arn:aws:iam::1:role/*"]'],
  [["tags"], "{ aws-team: shop }"],
  [["logs"], "{ retentionDays: 31 }"],
  [["recoveryDays"], "3"],
  [["limits"], "{ routesPerApi: 0 }"],
  [["limits"], "&anchor {}"],
];

const layout = fc.record({
  indent: fc.constantFrom(2, 3, 4, 8),
  seed: fc.integer(),
  comments: fc.array(fc.nat(60), { maxLength: 20 }),
  inOverlay: fc.boolean(),
});

test("a single fault is the only problem, in its own file and line, however the file is laid out", () => {
  fc.assert(
    fc.property(fc.constantFrom(...MUTATIONS), layout, ([path, source], { inOverlay, ...style }) => {
      const mutated = inOverlay ? nested(path) : shuffled(withMarker(SHOP, path), style.seed);
      const { text, line } = rendered(mutated, source, style);
      const files = inOverlay
        ? { "base.yaml": stringify(SHOP), "dev.yaml": text }
        : { "base.yaml": text, "dev.yaml": "{}" };
      expect(problemsOf(files).map((problem) => `${problem.file}:${problem.line}`)).toEqual([
        `config/${inOverlay ? "dev" : "base"}.yaml:${line}`,
      ]);
    }),
    { numRuns: 120 },
  );
});

test("a clash is reported at both lines and nowhere else", () => {
  fc.assert(
    fc.property(layout, ({ inOverlay: _, ...style }) => {
      const mutated = shuffled(withMarker(SHOP, ["services", "orders", "routes", "GET /products"]), style.seed);
      const { text, line } = rendered(mutated, "public", style);
      const lines = text
        .split("\n")
        .flatMap((row, index) => (row.trim() === "GET /products: public" ? [index + 1] : []));
      const found = problemsOf({ "base.yaml": text, "dev.yaml": "{}" });
      expect(lines).toContain(line);
      expect(found.map((problem) => problem.line).sort((a, b) => a - b)).toEqual(lines);
    }),
    { numRuns: 20 },
  );
});

test("the order of keys does not affect the intent", () => {
  const [expected] = intentsOf({ "base.yaml": stringify(SHOP), "dev.yaml": "{}" });
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const [intent] = intentsOf({ "base.yaml": stringify(shuffled(SHOP, seed)), "dev.yaml": "{}" });
      expect(JSON.stringify(intent)).toBe(JSON.stringify(expected));
    }),
    { numRuns: 12 },
  );
});

test("a value in the base or in an overlay gives the same intent", () => {
  const [expected] = intentsOf({ "base.yaml": stringify(SHOP), "dev.yaml": "{}" });
  fc.assert(
    fc.property(fc.subarray(Object.keys(SHOP)), (moved) => {
      const [kept, overlay] = [{ ...SHOP } as Tree, {} as Tree];
      for (const key of moved) {
        overlay[key] = kept[key];
        delete kept[key];
      }
      const [intent] = intentsOf({ "base.yaml": stringify(kept), "dev.yaml": stringify(overlay) });
      expect(intent).toEqual(expected);
    }),
    { numRuns: 12 },
  );
});

const MARKER = "MARKER";

function withMarker(tree: Tree, [key = "", ...rest]: readonly string[]): Tree {
  return { ...tree, [key]: rest.length === 0 ? MARKER : withMarker((tree[key] ?? {}) as Tree, rest) };
}

function nested([key = "", ...rest]: readonly string[]): Tree {
  return { [key]: rest.length === 0 ? MARKER : nested(rest) };
}

function rendered(tree: Tree, source: string, { indent, comments }: { indent: number; comments: readonly number[] }) {
  const lines = stringify(tree, { indent, lineWidth: 0 }).trimEnd().split("\n");
  for (const at of comments) lines.splice(at, 0, "# a comment", "");
  const index = lines.findIndex((text) => text.endsWith(MARKER));
  return { text: `${lines.join("\n").replace(MARKER, source)}\n`, line: index + 1 };
}
