import { UnplayableStack } from "../../../packages/local-front-door/terraform/document";
import { block, type Change, set } from "../../support/local/document";
import { ReadableStack } from "../../support/local/reading";

const dev = ReadableStack.of("dev");
const { resource } = dev.document;
const first = (type: string) => `${type}.${Object.keys(resource[type] ?? {})[0]}`;
const ROLE = first("aws_iam_role");
const ROUTE = first("aws_apigatewayv2_route");
const INTEGRATION = first("aws_apigatewayv2_integration");
const SERVICE = first("google_cloud_run_v2_service");
const FUNCTION = first("aws_lambda_function");

/** One fault of each part that plays a stack. */
const FAULTS: Readonly<Record<string, Change>> = {
  "data: unknown to the local stand-in": (document) => Object.assign(document, { data: {} }),
  "aws_sqs_queue: a type of resource that the stand-ins do not know": (document) =>
    Object.assign(document.resource, { aws_sqs_queue: { jobs: {} } }),
  [`${ROLE}.path: unknown to the local stand-in`]: set(ROLE, { path: "/" }),
  [`${ROUTE}.authorization_type: got AWS_IAM, expected NONE, JWT or CUSTOM`]: set(ROUTE, {
    authorization_type: "AWS_IAM",
  }),
  [`${INTEGRATION}.integration_type: the stand-in knows HTTP_PROXY alone`]: set(INTEGRATION, {
    integration_type: "AWS_PROXY",
  }),
  [`${INTEGRATION}.integration_method: the stand-in knows ANY alone`]: set(INTEGRATION, { integration_method: "GET" }),
  [`${SERVICE}.template.containers.0.volume_mount: unknown to the local stand-in`]: (document) => {
    const template = block(document, SERVICE).template as { containers: Record<string, unknown>[] };
    Object.assign(template.containers[0] ?? {}, { volume_mount: {} });
  },
  [`${FUNCTION}.runtime: cannot run python3.13`]: set(FUNCTION, { runtime: "python3.13" }),
};

test("all that cannot be played is listed at once", () => {
  const found = faultsOf(...Object.values(FAULTS));
  const expected = Object.keys(FAULTS);
  expect(expected.filter((start) => !found.some((line) => line.startsWith(start)))).toEqual([]);
  expect(found).toHaveLength(expected.length);
});

test("a stack that can be played has no fault", () => {
  expect(faultsOf()).toEqual([]);
});

function faultsOf(...changes: readonly Change[]): readonly string[] {
  try {
    dev.read(changes);
    return [];
  } catch (error) {
    if (!(error instanceof UnplayableStack)) throw error;
    return error.faults.map(({ message }) => message);
  }
}
