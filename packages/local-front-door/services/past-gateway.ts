import type { Stack } from "../terraform/stack";
import type { ServiceDeclaration } from "./declaration";

/** A service that any holder of a valid token may call at its own URL, regardless of what the gateway requires. */
export interface PastGateway {
  /** Name of the Cloud Run service. */
  readonly service: string;
  /** `https://….run.app`; on this machine, at the port of `tls`. */
  readonly url: string;
  /** Keys of the routes that the gateway forwards to it. */
  readonly routes: readonly string[];
}

export function pastGateway(stack: Stack, services: readonly ServiceDeclaration[]): readonly PastGateway[] {
  const integrations = stack.all("aws_apigatewayv2_integration");
  const open = stack
    .all("google_cloud_run_v2_service")
    .filter(({ address }) => services.some((each) => each.address === address && each.openToInternet));
  return open.map((resource) => {
    const url = stack.text(resource, "uri");
    const targets = integrations
      .filter((each) => stack.textIfKnown(each, "integration_uri") === url)
      .map((each) => `integrations/${stack.text(each, "id")}`);
    const routes = stack
      .all("aws_apigatewayv2_route")
      .filter((route) => targets.includes(stack.textIfKnown(route, "target") ?? ""))
      .map((route) => stack.text(route, "route_key"));
    return { service: stack.text(resource, "name"), url, routes: routes.sort() };
  });
}
