import "../support/as-rest";
import "../key-documents.test";
