package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// provider answers Terraform's calls (plugin protocol 5).
type provider struct {
	name    string
	catalog *catalog
	config  map[string]tftypes.Value // the provider block, once configured
}

var _ tfprotov5.ProviderServer = (*provider)(nil)

func problem(err error) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: "Stub provider", Detail: err.Error()}}
}

// --- schema ------------------------------------------------------------------

// The schema is the same for every instance of the provider, so Terraform may
// ask once and keep it. That saves most of the time a plan takes.
var capabilities = &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true}

func (p *provider) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	out := &tfprotov5.GetMetadataResponse{ServerCapabilities: capabilities}
	for _, name := range sortedKeys(p.catalog.resources) {
		out.Resources = append(out.Resources, tfprotov5.ResourceMetadata{TypeName: name})
	}
	for _, name := range sortedKeys(p.catalog.data) {
		out.DataSources = append(out.DataSources, tfprotov5.DataSourceMetadata{TypeName: name})
	}
	for _, name := range sortedKeys(p.catalog.ephemeral) {
		out.EphemeralResources = append(out.EphemeralResources, tfprotov5.EphemeralResourceMetadata{TypeName: name})
	}
	return out, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	out := &tfprotov5.GetProviderSchemaResponse{ServerCapabilities: capabilities}
	var err error
	if out.Provider, err = p.catalog.providerSchema(); err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	for _, section := range []struct {
		kind string
		from map[string]json.RawMessage
		into *map[string]*tfprotov5.Schema
	}{
		{"resource", p.catalog.resources, &out.ResourceSchemas},
		{"data source", p.catalog.data, &out.DataSourceSchemas},
		{"ephemeral resource", p.catalog.ephemeral, &out.EphemeralResourceSchemas},
	} {
		if *section.into, err = p.catalog.all(section.kind, section.from); err != nil {
			out.Diagnostics = problem(err)
			return out, nil
		}
	}
	return out, nil
}

// --- the provider block --------------------------------------------------------

func (p *provider) PrepareProviderConfig(_ context.Context, req *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	return &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: req.Config}, nil
}

func (p *provider) ConfigureProvider(_ context.Context, req *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	out := &tfprotov5.ConfigureProviderResponse{}
	s, err := p.catalog.providerSchema()
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	config, err := req.Config.Unmarshal(s.ValueType())
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	p.config = object(config)
	return out, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// --- resources -----------------------------------------------------------------

func (p *provider) ValidateResourceTypeConfig(_ context.Context, req *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	out := &tfprotov5.ValidateResourceTypeConfigResponse{}
	s, err := p.catalog.resource(req.TypeName)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	config, err := req.Config.Unmarshal(s.ValueType())
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	out.Diagnostics = append(unconfigurable(s, config), validate(p.catalog.rules[req.TypeName], config)...)
	out.Diagnostics = append(out.Diagnostics, deprecated(s, config)...)
	return out, nil
}

func (p *provider) UpgradeResourceState(_ context.Context, req *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	out := &tfprotov5.UpgradeResourceStateResponse{}
	s, err := p.catalog.resource(req.TypeName)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	// Attributes that the schema no longer has are dropped, as Terraform asks.
	opts := tfprotov5.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}}
	state, err := req.RawState.UnmarshalWithOpts(s.ValueType(), opts)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	out.UpgradedState, err = pack(s, state)
	if err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

// ReadResource finds the world as the state says, but for what STAND_IN_CLOUD tells.
func (p *provider) ReadResource(_ context.Context, req *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	out := &tfprotov5.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}
	s, values, err := p.unpack(req.TypeName, req.CurrentState)
	if err == nil {
		var now tftypes.Value
		if now, err = refreshed(req.TypeName, s, values[0]); err == nil {
			if p.isLegacy() {
				now = walk(s.Block, now, top, found)
			}
			out.NewState, err = pack(s, now)
		}
	}
	if err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

func (p *provider) PlanResourceChange(_ context.Context, req *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	out := &tfprotov5.PlanResourceChangeResponse{}
	s, values, err := p.unpack(req.TypeName, req.PriorState, req.ProposedNewState, req.Config)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	prior, proposed, config := values[0], values[1], values[2]
	if proposed.IsNull() {
		out.PlannedState = req.ProposedNewState // to be destroyed
		return out, nil
	}
	planned := walk(s.Block, p.applySettings(s, proposed, config), top, markComputed)
	if out.UnsafeToUseLegacyTypeSystem = p.isLegacy(); p.isLegacy() && !prior.IsNull() {
		planned = walk(s.Block, planned, top, kept(prior))
	}
	if !prior.IsNull() && string(req.PriorPrivate) != imported {
		out.RequiresReplace = p.replaces(req.TypeName, prior, planned)
	}
	if out.PlannedState, err = pack(s, planned); err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

// replaces lists the changed attributes that a real provider cannot change in place.
func (p *provider) replaces(typeName string, prior, planned tftypes.Value) []*tftypes.AttributePath {
	var out []*tftypes.AttributePath
	before, after := object(prior), object(planned)
	for _, list := range [][]string{p.catalog.immutable["*"], p.catalog.immutable[typeName]} {
		for _, name := range list {
			if value, ok := after[name]; ok && !value.Equal(before[name]) {
				out = append(out, tftypes.NewAttributePath().WithAttributeName(name))
			}
		}
	}
	return out
}

func (p *provider) ApplyResourceChange(_ context.Context, req *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	out := &tfprotov5.ApplyResourceChangeResponse{}
	s, values, err := p.unpack(req.TypeName, req.PlannedState)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	awaitCloud()
	planned := values[0]
	if planned.IsNull() {
		out.NewState = req.PlannedState // destroyed
		return out, nil
	}
	made := walk(s.Block, planned, top, p.maker(req.TypeName, planned).fill)
	if out.UnsafeToUseLegacyTypeSystem = p.isLegacy(); p.isLegacy() {
		made = walk(s.Block, made, top, applied)
	}
	if out.NewState, err = pack(s, made); err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

// imported is kept with an object that came in by its id alone: nothing else of
// it is known that a plan could find changed beyond repair.
const imported = "imported"

// ImportResourceState knows the id and nothing else; the next plan shows the rest as changes.
func (p *provider) ImportResourceState(_ context.Context, req *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	out := &tfprotov5.ImportResourceStateResponse{}
	s, err := p.catalog.resource(req.TypeName)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	fields := map[string]tftypes.Value{}
	for name, t := range s.ValueType().(tftypes.Object).AttributeTypes {
		fields[name] = tftypes.NewValue(t, nil)
	}
	for _, n := range s.Block.BlockTypes { // repeated blocks are never null, only empty
		switch t := n.ValueType().(type) {
		case tftypes.List, tftypes.Set:
			fields[n.TypeName] = tftypes.NewValue(t, []tftypes.Value{})
		case tftypes.Map:
			fields[n.TypeName] = tftypes.NewValue(t, map[string]tftypes.Value{})
		}
	}
	if _, ok := fields["id"]; !ok {
		out.Diagnostics = problem(fmt.Errorf("%s has no id to import by", req.TypeName))
		return out, nil
	}
	fields["id"] = tftypes.NewValue(tftypes.String, req.ID)
	state, err := pack(s, tftypes.NewValue(s.ValueType(), fields))
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	out.ImportedResources = []*tfprotov5.ImportedResource{{TypeName: req.TypeName, State: state, Private: []byte(imported)}}
	return out, nil
}

// --- data sources and ephemeral resources -----------------------------------------

func (p *provider) ValidateDataSourceConfig(_ context.Context, req *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	out := &tfprotov5.ValidateDataSourceConfigResponse{}
	s, err := p.catalog.dataSource(req.TypeName)
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	config, err := req.Config.Unmarshal(s.ValueType())
	if err != nil {
		out.Diagnostics = problem(err)
		return out, nil
	}
	out.Diagnostics = unconfigurable(s, config)
	return out, nil
}

func (p *provider) ReadDataSource(_ context.Context, req *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	out := &tfprotov5.ReadDataSourceResponse{}
	s, err := p.catalog.dataSource(req.TypeName)
	if err == nil {
		out.State, err = p.read(req.TypeName, s, req.Config)
	}
	if err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

func (p *provider) ValidateEphemeralResourceConfig(context.Context, *tfprotov5.ValidateEphemeralResourceConfigRequest) (*tfprotov5.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov5.ValidateEphemeralResourceConfigResponse{}, nil
}

func (p *provider) OpenEphemeralResource(_ context.Context, req *tfprotov5.OpenEphemeralResourceRequest) (*tfprotov5.OpenEphemeralResourceResponse, error) {
	out := &tfprotov5.OpenEphemeralResourceResponse{}
	s, err := p.catalog.ephemeralResource(req.TypeName)
	if err == nil {
		out.Result, err = p.read(req.TypeName, s, req.Config)
	}
	if err != nil {
		out.Diagnostics = problem(err)
	}
	return out, nil
}

func (p *provider) RenewEphemeralResource(context.Context, *tfprotov5.RenewEphemeralResourceRequest) (*tfprotov5.RenewEphemeralResourceResponse, error) {
	return &tfprotov5.RenewEphemeralResourceResponse{}, nil
}

func (p *provider) CloseEphemeralResource(context.Context, *tfprotov5.CloseEphemeralResourceRequest) (*tfprotov5.CloseEphemeralResourceResponse, error) {
	return &tfprotov5.CloseEphemeralResourceResponse{}, nil
}

// read answers a question to the cloud: what is asked, plus made-up values.
func (p *provider) read(typeName string, s *tfprotov5.Schema, config *tfprotov5.DynamicValue) (*tfprotov5.DynamicValue, error) {
	asked, err := config.Unmarshal(s.ValueType())
	if err != nil {
		return nil, err
	}
	answer := walk(s.Block, p.applySettings(s, asked, asked), top, markComputed)
	if typeName == "aws_iam_policy_document" {
		answer = renderPolicy(answer)
	}
	made := walk(s.Block, answer, top, p.maker(typeName, answer).fill)
	if _, isData := p.catalog.data[typeName]; isData {
		if made, err = refreshed("data."+typeName, s, made); err != nil {
			return nil, err
		}
	}
	return pack(s, made)
}

// --- not offered --------------------------------------------------------------------

func (p *provider) MoveResourceState(context.Context, *tfprotov5.MoveResourceStateRequest) (*tfprotov5.MoveResourceStateResponse, error) {
	return &tfprotov5.MoveResourceStateResponse{Diagnostics: problem(fmt.Errorf("moving between resource types is not offered"))}, nil
}

func (p *provider) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

func (p *provider) UpgradeResourceIdentity(context.Context, *tfprotov5.UpgradeResourceIdentityRequest) (*tfprotov5.UpgradeResourceIdentityResponse, error) {
	return &tfprotov5.UpgradeResourceIdentityResponse{Diagnostics: problem(fmt.Errorf("resource identity is not offered"))}, nil
}

func (p *provider) GenerateResourceConfig(context.Context, *tfprotov5.GenerateResourceConfigRequest) (*tfprotov5.GenerateResourceConfigResponse, error) {
	return &tfprotov5.GenerateResourceConfigResponse{Diagnostics: problem(fmt.Errorf("generating configuration is not offered"))}, nil
}

func (p *provider) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{}, nil
}

func (p *provider) CallFunction(context.Context, *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	return &tfprotov5.CallFunctionResponse{Error: &tfprotov5.FunctionError{Text: "provider functions are not offered"}}, nil
}

// --- values on the wire ----------------------------------------------------------------

func (p *provider) unpack(typeName string, wire ...*tfprotov5.DynamicValue) (*tfprotov5.Schema, []tftypes.Value, error) {
	s, err := p.catalog.resource(typeName)
	if err != nil {
		return nil, nil, err
	}
	out := make([]tftypes.Value, len(wire))
	for i, w := range wire {
		if out[i], err = w.Unmarshal(s.ValueType()); err != nil {
			return nil, nil, err
		}
	}
	return s, out, nil
}

func pack(s *tfprotov5.Schema, v tftypes.Value) (*tfprotov5.DynamicValue, error) {
	wire, err := tfprotov5.NewDynamicValue(s.ValueType(), v)
	return &wire, err
}
