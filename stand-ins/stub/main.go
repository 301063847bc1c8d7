// A stand-in Terraform provider. It serves a provider's published schema, so
// that Terraform core can validate, plan and apply against it with no network
// and no cloud account. It holds none of the provider's own logic.
//
// One binary stands in for any provider: it takes its name from its own file
// name (terraform-provider-aws is "aws") and its data from the files that lie
// next to it (see load in schema.go).
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"
)

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(filepath.Base(exe), "terraform-provider-")

	c, err := load(filepath.Dir(exe))
	if err != nil {
		return fmt.Errorf("stub provider %q: %w", name, err)
	}
	server := &provider{name: name, catalog: c}
	return tf5server.Serve("registry.terraform.io/hashicorp/"+name,
		func() tfprotov5.ProviderServer { return server })
}
