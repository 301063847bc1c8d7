/**
 * The part of undici that is used. The whole package would take longer to load, and would replace the dispatcher of
 * `fetch`.
 */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}
