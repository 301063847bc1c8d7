// Prints a bearer token for the role whose credentials are in the environment, signed by AWS's SDK for Go.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const body = "Action=GetCallerIdentity&Version=2011-06-15"

func main() {
	token, err := frontDoorToken(os.Args[1], os.Args[2], os.Args[3], len(os.Args) > 4)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}

func frontDoorToken(api, door, region string, signLength bool) (string, error) {
	address, err := url.Parse(api)
	if err != nil {
		return "", err
	}
	host := "sts." + region + ".amazonaws.com"
	request, err := http.NewRequest(http.MethodPost, "https://"+host+"/", nil)
	if err != nil {
		return "", err
	}
	// The SDK signs the length of a body as well, which a token may not. Without a body, its hash is signed alone.
	if signLength {
		request.ContentLength = int64(len(body))
	}
	now := time.Now()
	request.Header.Set("content-type", "application/x-www-form-urlencoded; charset=utf-8")
	request.Header.Set("x-front-door-host", address.Hostname())
	request.Header.Set("x-front-door-name", door)
	request.Header.Set("x-front-door-expires", strconv.FormatInt(now.Unix()+299, 10))
	credentials := aws.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
	}
	hash := sha256.Sum256([]byte(body))
	payload := hex.EncodeToString(hash[:])
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, request, payload, "sts", region, now); err != nil {
		return "", err
	}
	members := map[string]string{"host": host}
	for name := range request.Header {
		if lower := strings.ToLower(name); lower != "content-type" {
			members[lower] = request.Header.Get(name)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return "", err
	}
	return "aws-iam." + base64.RawURLEncoding.EncodeToString(text), nil
}
