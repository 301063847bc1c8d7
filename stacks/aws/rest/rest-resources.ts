import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";
import { restResources } from "../../../intent/model/rest-resources";

/** The API's paths as a tree, with one resource for each segment. */
export class RestResources extends Construct {
  /** Every path that has its own resource, and its Terraform name. */
  readonly paths: readonly { readonly path: string; readonly address: string }[];
  readonly resources: ApiGatewayResource[] = [];
  private readonly ids = new Map<string, string>();

  constructor(
    scope: Construct,
    id: string,
    props: { readonly api: ApiGatewayRestApi; readonly paths: readonly string[] },
  ) {
    super(scope, id);
    this.ids.set("", props.api.rootResourceId);
    this.ids.set("/", props.api.rootResourceId);
    const resources = restResources(props.paths);
    for (const { path, parent, part, address } of resources) {
      const resource = new ApiGatewayResource(this, address, {
        restApiId: props.api.id,
        parentId: this.idOf(parent),
        pathPart: part,
      });
      this.ids.set(path, resource.id);
      this.resources.push(resource);
    }
    this.paths = [{ path: "/", address: "root" }, ...resources];
  }

  idOf(path: string): string {
    const id = this.ids.get(path);
    if (id === undefined) throw new Error(`no resource for ${path}`);
    return id;
  }
}
