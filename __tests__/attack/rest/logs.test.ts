import "../support/as-rest";
import "../logs.test";
