import type { AccessRow } from "../../model/row";
import { listOf, resourcesOf, type StackJson } from "../../terraform-json/stack-json";
import { restOpeningRows } from "./rest-openings";
import { stageRows } from "./stage-rows";

/** What the gateway opens in addition to its routes: pages of which origins may read its answers, and its own address. */
export function openingRows(stack: StackJson): readonly AccessRow[] {
  return [...stageRows(stack), ...httpOpeningRows(stack), ...restOpeningRows(stack)];
}

function httpOpeningRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_apigatewayv2_api").flatMap(({ attributes }) => {
    const [cors] = [attributes.cors_configuration].flat();
    if (cors === undefined) return [];
    const condition = [
      listOf(cors.allow_methods).join(", "),
      `headers ${listOf(cors.allow_headers).join(", ")}`,
      cors.allow_credentials === false ? "without cookies" : "WITH COOKIES",
    ].join("; ");
    const permits = [
      ...listOf(cors.allow_methods).map((method) => `method ${method}`),
      ...listOf(cors.allow_headers).map((header) => `header ${header}`),
      ...(cors.allow_credentials === false ? [] : ["cookies"]),
    ];
    return listOf(cors.allow_origins).map((origin) => ({
      principal: `pages of ${origin}`,
      permission: "make cross-origin requests",
      resource: `API ${attributes.name}`,
      condition,
      terms: { permits },
    }));
  });
}
