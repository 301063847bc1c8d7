// biome-ignore-all lint/performance/noBarrelFile: the door of `cloud-front-door/testing`.
/** Tests of who may call what: `expect(await environment("prod")).toLet("customers/web").call("GET /orders")`. */
export { environment, type TestedEnvironment } from "./environment";
export { type AccessExpectation, expect, type Refused } from "./expect";
