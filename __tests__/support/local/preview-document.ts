import type { TerraformDocument } from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { block, type Change, changed, documentOf, type EditableDocument } from "./document";

/** Returns the stack of `preview` after these changes. API Gateway and Envoy verify its callers. */
export function previewDocument(...changes: readonly Change[]): EditableDocument {
  return changed(documentOf("preview"), ...changes);
}

export function previewStack(...changes: readonly Change[]): Stack {
  return Stack.of(previewDocument(...changes) as TerraformDocument, "/nowhere");
}

// biome-ignore lint/suspicious/noExplicitAny: JSON, of which each change knows its part
type Editable = any;

/** Rewrites a service's template. */
export function template(service: string, rewrite: (template: Editable) => unknown): Change {
  return (document) => rewrite(block(document, `google_cloud_run_v2_service.${service}`).template);
}

/** Rewrites one of a service's containers: Envoy is the first, the app the second. */
export function container(service: string, index: 0 | 1, rewrite: (container: Editable) => unknown): Change {
  return template(service, ({ containers }) => rewrite(containers[index]));
}

/** Rewrites the configuration of a service's Envoy. */
export function envoy(service: string, rewrite: (parts: EnvoyParts) => unknown): Change {
  return container(service, 0, ({ args }) => {
    const bootstrap = JSON.parse(args[1]);
    rewrite(partsOf(bootstrap));
    args[1] = JSON.stringify(bootstrap);
  });
}

export interface EnvoyParts {
  readonly bootstrap: Editable;
  /** The HTTP connection manager of the listener for calls. */
  readonly manager: Editable;
  readonly routes: Editable[];
  readonly provider: Editable;
  /** Policies of the first rule, and of the second. */
  readonly callers: Editable;
  readonly scopes: Editable;
}

function partsOf(bootstrap: Editable): EnvoyParts {
  const manager = bootstrap.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  const filter = (name: string) =>
    manager.http_filters.find((each: { readonly name: string }) => each.name === name)?.typed_config;
  return {
    bootstrap,
    manager,
    routes: manager.route_config.virtual_hosts[0].routes,
    provider: Object.values(filter("envoy.filters.http.jwt_authn").providers)[0],
    callers: filter("callers").rules.policies,
    scopes: filter("scopes").rules.policies,
  };
}
