import "../support/as-rest";
import "../concurrency.test";
