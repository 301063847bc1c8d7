import "../support/as-rest";
import "../cloud-failures.test";
