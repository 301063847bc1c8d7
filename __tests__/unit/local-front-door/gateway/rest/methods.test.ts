import { readRestApi } from "../../../../../packages/local-front-door/gateway/rest/api";
import { MethodTable } from "../../../../../packages/local-front-door/gateway/rest/methods";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { testAll } from "../../../../support/test-all";

const API = { rest_api_id: "${aws_api_gateway_rest_api.gateway.id}" };
const id = (path: string) => path.replace(/\W/g, "_");

/** The table of an API with these methods and their resources. */
function table(...keys: readonly string[]): MethodTable {
  const resources: Record<string, object> = {};
  const methods: Record<string, object> = {};
  for (const key of keys) {
    const [http_method = "", path = ""] = key.split(" ");
    let parent_id = "${aws_api_gateway_rest_api.gateway.root_resource_id}";
    let here = "";
    for (const path_part of path === "/" ? [] : path.slice(1).split("/")) {
      here = `${here}/${path_part}`;
      resources[id(here)] = { ...API, parent_id, path_part };
      parent_id = `\${aws_api_gateway_resource.${id(here)}.id}`;
    }
    methods[id(key)] = { ...API, resource_id: parent_id, http_method, authorization: "NONE" };
  }
  const gateway = { name: "x", endpoint_configuration: { types: ["REGIONAL"] } };
  const document = {
    provider: {
      aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
      google: [{ project: "x", region: "europe-west1" }],
    },
    resource: {
      aws_api_gateway_rest_api: { gateway },
      aws_api_gateway_resource: resources,
      aws_api_gateway_method: methods,
    },
  };
  const stack = Stack.of(document as unknown as TerraformDocument, "/nowhere");
  return new MethodTable(stack, readRestApi(stack));
}

const shop = table(
  "GET /",
  "GET /a/{id}",
  "DELETE /a/{id}",
  "GET /a/b",
  "ANY /a/b/c",
  "POST /a/b/c",
  "GET /f/{path+}",
  "GET /f/x/y",
);

testAll([
  ["GET /", "GET /", {}],
  ["GET /a/b", "GET /a/b", {}],
  ["GET /a/B", "GET /a/{id}", { id: "B" }],
  ["GET /a/%62", "GET /a/b", {}],
  ["GET /a/b/", "GET /a/b", {}],
  ["GET /a/b%2Fc", "GET /a/{id}", { id: "b%2Fc" }],
  ["PUT /a/b/c", "ANY /a/b/c", {}],
  ["POST /a/b/c", "POST /a/b/c", {}],
  ["GET /f/x", "GET /f/{path+}", { path: "x" }],
  ["GET /f/x/y", "GET /f/x/y", {}],
  ["GET /f/x/y/z", "GET /f/{path+}", { path: "x/y/z" }],
  ["GET /f//x", "GET /f/{path+}", { path: "/x" }],
])("%s is %s", (asked, key, pathParameters) => {
  const [method = "", path = ""] = asked.split(" ");
  const found = shop.find(method, path);
  expect([found?.method.key, found?.pathParameters, found?.passedOver]).toEqual([key, pathParameters, false]);
});

testAll([
  "GET /a",
  "GET /a/",
  "GET /a//b",
  "GET /f",
  "GET /f/",
  "GET //",
  "PUT /a/7",
  "GET /a/7/8",
  "get /a/b",
  "TRACE /a/b/c",
])("%s is none", (asked) => {
  const [method = "", path = ""] = asked.split(" ");
  expect(shop.find(method, path)).toBeUndefined();
});

test("if the narrowest resource lacks the method, a wider one is called, and the trace reports it", () => {
  const found = shop.find("DELETE", "/a/b");
  expect([found?.method.key, found?.passedOver]).toEqual(["DELETE /a/{id}", true]);
});
