import "../support/as-rest";
import "../cloud-silence.test";
