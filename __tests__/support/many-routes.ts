import type { Intent, Route } from "../../intent/model/intent";
import { intentOf } from "./shop";

/** Preview with so many routes that Envoy's configuration is too long for an argument. */
export function manyRoutes(last: string): Intent {
  const preview = intentOf("preview");
  const [first] = preview.services[1]?.routes ?? [];
  const routes = Array.from({ length: 120 }, (_, index): Route => {
    const path = index === 0 ? `/things/${last}` : `/things${index}/{id}/parts`;
    return {
      ...(first as Route),
      key: `GET ${path}`,
      method: "GET",
      path,
      hasVariable: index > 0,
      address: `orders_thing_${index}`,
    };
  });
  return {
    ...preview,
    services: preview.services.map((service) => (service.id === "orders" ? { ...service, routes } : service)),
  };
}
