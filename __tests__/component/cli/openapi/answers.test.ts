import Ajv from "ajv";
import { openApiDocument } from "../../../../cli/openapi/document";
import type { Json } from "../../../../cli/openapi/model";
import type { Intent } from "../../../../intent/model/intent";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { restWith } from "../../../support/domains";
import { SynthesizedEnvironments } from "../../../support/local/environments";
import { intentOf } from "../../../support/shop";
import { Callers } from "../../artefact/support/callers";

/** Whether the document lists this answer of the gateway for the route. */
function faultOf(intent: Intent, path: string, status: number, body: unknown): string | undefined {
  const { paths, components } = openApiDocument(intent, { servers: [] });
  const reference = (paths[path]?.get?.responses[status] as { readonly $ref?: string } | undefined)?.$ref ?? "";
  const response = components.responses[reference.split("/").at(-1) ?? ""] as
    | { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
    | undefined;
  if (response === undefined) return `${status} is not in the document`;
  // Exactly these keys: the answer has no key that the document leaves out.
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [
    name,
    { ...(schema as Json), additionalProperties: false },
  ]);
  const schema = {
    ...response.content["application/json"]?.schema,
    components: { schemas: Object.fromEntries(schemas) },
  };
  const ajv = new Ajv({ strict: false });
  return ajv.validate(schema, body) ? undefined : ajv.errorsText();
}

describe.each([
  ["an HTTP API", intentOf("dev")],
  ["a REST API", restWith({})],
])("%s", (_, intent) => {
  let environments: SynthesizedEnvironments;
  let clouds: Clouds;
  beforeAll(async () => {
    environments = new SynthesizedEnvironments(["dev"], () => intent);
    clouds = await environments.startDoor("dev", { gateway: { throttling: true } });
  });
  afterAll(async () => {
    await clouds?.stop();
    environments.remove();
  });

  test("refuses as its document says: without a token, without the scope, and above the throttle", async () => {
    const token = await new Callers(clouds).web(["accounts/read"]);
    const call = async (path: string, authorization?: string) => {
      const answer = await fetch(`${clouds.url}${path}`, { headers: authorization ? { authorization } : {} });
      return [answer.status, await answer.json()] as const;
    };
    const refusals = [await call("/orders"), await call("/orders", `Bearer ${token}`)];
    const flood = await Promise.all(Array.from({ length: 60 }, () => call("/products")));
    const throttled = flood.find(([status]) => status === 429);
    const found = [...refusals, throttled ?? [0, "nothing was throttled"]];
    expect(found.map(([status]) => status)).toEqual([401, 403, 429]);
    expect(found.map(([status, body]) => faultOf(intent, "/orders", Number(status), body)).join("")).toBe("");
  });
});
