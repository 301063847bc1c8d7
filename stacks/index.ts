// biome-ignore-all lint/performance/noBarrelFile: the door of the package.
/** What `main.ts` of a project imports: the package `cloud-front-door`. */
export {
  type Resource,
  resourcesOf,
  type StackJson,
} from "../packages/terraform-access-review/terraform-json/stack-json";
export { EnvironmentStack, type ServiceParts } from "./environment-stack";
export { type FrontDoor, frontDoor, type OwnAccess, type OwnRow } from "./front-door";
export type { Finding, PolicyRule } from "./policy/rule";
