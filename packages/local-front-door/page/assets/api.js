/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: "api.json",
  domNode: document.getElementById("api"),
  deepLinking: true,
  displayRequestDuration: true,
  // No other host is called, neither a validator nor the document's own links.
  validatorUrl: null,
  queryConfigEnabled: false,
});
