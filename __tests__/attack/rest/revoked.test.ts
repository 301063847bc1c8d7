import "../support/as-rest";
import "../revoked.test";
