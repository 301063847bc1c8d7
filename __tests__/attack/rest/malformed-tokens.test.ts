import "../support/as-rest";
import "../malformed-tokens.test";
