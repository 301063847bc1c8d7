import { listOf, resourcesOf, type StackJson } from "../stack-json";
import type { AccessRow } from "./row";

/** What the gateway opens besides its routes: pages of which origins may read its answers, and its own address. */
export function openingRows(stack: StackJson): readonly AccessRow[] {
  return resourcesOf(stack, "aws_apigatewayv2_api").flatMap(({ attributes }) => {
    const cors = attributes.cors_configuration;
    if (cors === undefined) return [];
    const terms = [
      listOf(cors.allow_methods).join(", "),
      `headers ${listOf(cors.allow_headers).join(", ")}`,
      cors.allow_credentials === false ? "without cookies" : "WITH COOKIES",
    ].join("; ");
    return listOf(cors.allow_origins).map((origin) => ({
      who: `pages of ${origin}`,
      may: "call and read answers in a browser",
      on: `API ${attributes.name}`,
      under: terms,
    }));
  });
}
