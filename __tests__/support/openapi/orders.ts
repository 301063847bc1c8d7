import type { Json } from "../../../cli/openapi/model";

export const ref = (place: string) => ({ $ref: `#/components/${place}` });
export const json = (schema: Json) => ({ "application/json": { schema } });

/** An OpenAPI 3.0 document of the service orders, with other variable names than the config. */
export const ORDERS = {
  openapi: "3.0.3",
  info: { title: "orders", version: "1" },
  servers: [{ url: "https://internal.example.com" }],
  security: [{ internal: [] }],
  paths: {
    "/orders": {
      get: {
        operationId: "list",
        summary: "All orders",
        description: "Newest first.",
        security: [{ internal: ["admin"] }],
        parameters: [ref("parameters/Limit")],
        responses: {
          200: { description: "The orders.", content: json({ type: "array", items: ref("schemas/Order") }) },
          403: { description: "Not yours.", content: json({ type: "string" }) },
          404: ref("responses/Missing"),
        },
      },
      post: {
        requestBody: { required: true, content: json(ref("schemas/Order")) },
        responses: { default: { description: "Something else." } },
      },
    },
    "/orders/{orderId}": {
      parameters: [
        { name: "orderId", in: "path", required: true, description: "Its number.", schema: { type: "integer" } },
      ],
      get: { deprecated: true, responses: { 200: { description: "One." } } },
    },
    "/internal": { get: { responses: { 200: { description: "No route." } } } },
  },
  components: {
    securitySchemes: { internal: { type: "http", scheme: "basic" } },
    parameters: {
      Limit: { name: "limit", in: "query", schema: { type: "integer", minimum: 0, exclusiveMinimum: true } },
    },
    responses: { Missing: { description: "None.", content: json(ref("schemas/Problem")) } },
    schemas: {
      Order: {
        type: "object",
        properties: {
          nullable: { type: "string", nullable: true },
          state: { type: "string", nullable: true, enum: ["open", "done"] },
          parent: { nullable: true, allOf: [ref("schemas/Order")] },
        },
        example: { nullable: true },
      },
      Problem: { type: "object" },
      Unused: { type: "object" },
    },
  },
};
