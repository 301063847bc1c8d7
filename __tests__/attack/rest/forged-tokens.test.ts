import "../support/as-rest";
import "../forged-tokens.test";
