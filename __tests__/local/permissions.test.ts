import { block, type Change, devDocument, remove, set } from "./support/document";
import { SynthesizedEnvironments } from "./support/environments";

const environments = new SynthesizedEnvironments(["dev"]);
afterAll(() => environments.remove());

const document = devDocument();
const permissions = Object.keys(document.resource.aws_lambda_permission ?? {});

/** The authorizer that a permission is for, and a path of a route that asks it. */
function askedBy(permission: string): { authorizer: string; path: string } {
  const { source_arn } = block(document, `aws_lambda_permission.${permission}`) as { source_arn: string };
  const authorizer = /\$\{(aws_apigatewayv2_authorizer\.\w+)\.id\}$/.exec(source_arn)?.[1] ?? "";
  const routes = Object.values(document.resource.aws_apigatewayv2_route ?? {});
  const route = routes.find(
    ({ authorizer_id, route_key }) => authorizer_id === `\${${authorizer}.id}` && String(route_key).startsWith("GET "),
  );
  const path = String(route?.route_key)
    .replace(/^GET /, "")
    .replace(/\{\w+\+?\}/g, "x");
  return { authorizer, path };
}

/** Status of a call that the authorizer judges, and the first declaration at fault. */
async function judged(path: string, ...changes: readonly Change[]): Promise<string> {
  const clouds = await environments.start("dev", ...changes);
  try {
    const { status } = await fetch(`${clouds.url}${path}`, { headers: { authorization: "Bearer none" } });
    const first = clouds.trace.hops.find(({ at, allowed }) => at === "gateway" && !allowed);
    return `${status} ${first?.declaration}`;
  } finally {
    await clouds.stop();
  }
}

test.each(permissions)(
  "the gateway asks the function by the permission %s alone",
  async (permission) => {
    const address = `aws_lambda_permission.${permission}`;
    const { authorizer, path } = askedBy(permission);
    expect(await judged(path)).not.toMatch(/^500/);
    expect(await judged(path, remove(address))).toBe(`500 ${authorizer}`);
    expect(await judged(path, set(address, { principal: "events.amazonaws.com" }))).toBe(`500 ${address}`);
    expect(await judged(path, set(address, { function_name: "another" }))).toBe(`500 ${address}`);
    const source_arn = "${aws_apigatewayv2_api.gateway.execution_arn}/*/GET/orders";
    expect(await judged(path, set(address, { source_arn }))).toBe(`500 ${authorizer}`);
  },
  60_000,
);

// Whom a permission without a source would let in besides is not here: another API, which only a cloud has.
test("a permission without a source is enough", async () => {
  const [permission = ""] = permissions;
  const loose = set(`aws_lambda_permission.${permission}`, { source_arn: undefined });
  expect(await judged(askedBy(permission).path, loose)).not.toMatch(/^500/);
});
