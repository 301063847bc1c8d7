import "../support/as-rest";
import "../paths.test";
