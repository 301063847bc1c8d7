import type { Intent, Route } from "../../intent/model/intent";
import { intentOf } from "./shop";

/** A segment of a path. With it, 40 routes are enough; each route takes Terraform's time. */
const LONG = "a-part-of-a-thing-with-a-long-name-".repeat(6);

/** Preview with routes so many and so long that Envoy's configuration is too long for an argument. */
export function manyRoutes(last: string): Intent {
  const preview = intentOf("preview");
  const [first] = preview.services[1]?.routes ?? [];
  const routes = Array.from({ length: 40 }, (_, index): Route => {
    const path = index === 0 ? `/things/${last}` : `/things${index}/{id}/${LONG}`;
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
