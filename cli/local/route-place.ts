import { placesOf } from "../../intent/schema/places";
import { CONFIG } from "../process/project";

/**
 * `config/base.yaml:49`: where the config declares a route, by its key. Reads the config once. After a change, the
 * reopened door creates a new one.
 */
export function routePlaces(environment: string): (route: string) => string | undefined {
  const places = placesOf(CONFIG, environment);
  const services = places.keys(["services"]);
  return (route) => {
    const keys = [route, route.replace(/^\S+/, "ANY")];
    return keys
      .flatMap((key) => services.map((service) => places.at(["services", service, "routes", key])))
      .find(Boolean);
  };
}
