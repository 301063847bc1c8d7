import "../support/as-rest";
import "../kept-answers.test";
