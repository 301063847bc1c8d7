import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";
import { restResources } from "../../../intent/model/rest-resources";
import { comesFrom } from "../../shared/comes-from";

export type RestResources = ReturnType<typeof declareResources>;

/** The API's paths as a tree, with one resource for each segment. */
export function declareResources(parent: Construct, api: ApiGatewayRestApi, paths: readonly string[]) {
  const scope = comesFrom(new Construct(parent, "RestResources"), ["services"]);
  const ids = new Map(["", "/"].map((root) => [root, api.rootResourceId]));
  const idOf = (path: string): string => {
    const id = ids.get(path);
    if (id === undefined) throw new Error(`no resource for ${path}`);
    return id;
  };
  const tree = restResources(paths);
  const resources = tree.map(({ path, parent, part, address }) => {
    const place = { restApiId: api.id, parentId: idOf(parent), pathPart: part };
    const resource = new ApiGatewayResource(scope, address, place);
    ids.set(path, resource.id);
    return resource;
  });
  return {
    resources,
    idOf,
    /** Every path that has its own resource, and its Terraform name. */
    paths: [{ path: "/", address: "root" }, ...tree],
  };
}
