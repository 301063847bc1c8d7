import "../support/as-rest";
import "../scopes.test";
