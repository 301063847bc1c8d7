import "../support/as-rest";
import "../lifetimes.test";
