package main

import (
	"encoding/base64"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"strings"
)

// only returns the header's value, and false unless it occurs exactly once.
func only(request *http.Request, name string) (string, bool) {
	values := request.Header.Values(name)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

// invoker returns the account in the ID token that Cloud Run has checked. The token's signature is removed.
func invoker(request *http.Request) string {
	var claims struct {
		Email string `json:"email"`
	}
	token, _ := only(request, "X-Serverless-Authorization")
	if parts := strings.Split(token, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &claims)
		}
	}
	return claims.Email
}

func serve(response http.ResponseWriter, request *http.Request) {
	client, hasClient := only(request, "X-Caller-Client")
	subject, hasSubject := only(request, "X-Caller-Subject")
	scopes, hasScopes := only(request, "X-Caller-Scopes")
	if !hasClient || !hasSubject || !hasScopes {
		response.WriteHeader(http.StatusBadRequest)
		return
	}
	response.Header().Set("Content-Type", "application/json")
	answer := map[string]any{"client": client, "subject": subject, "scopes": strings.Split(scopes, " "), "invoker": invoker(request)}
	_ = json.NewEncoder(response).Encode(answer)
}

func main() {
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), http.HandlerFunc(serve)))
}
