/**
 * The parts of undici that are used. The whole package would take longer to load, and would replace the dispatcher of
 * `fetch`.
 */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}

declare module "undici/lib/core/connect.js" {
  import { buildConnector } from "undici";
  export default buildConnector;
}
