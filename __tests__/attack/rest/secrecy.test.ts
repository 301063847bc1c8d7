import "../support/as-rest";
import "../secrecy.test";
