/** What `main.ts` of a project imports: the package `cloud-front-door`. */
export { EnvironmentStack } from "./environment-stack";
export { type FrontDoor, frontDoor } from "./front-door";
