import "../support/as-rest";
import "../key-sets.test";
