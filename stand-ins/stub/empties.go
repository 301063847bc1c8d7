package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Google's provider (terraform-plugin-sdk) stores the empty value of a type for
// what nothing sets: "", false and 0 from the apply on, and {} and [] from the
// first refresh on. A plan keeps them, which Terraform allows to providers of
// that generation alone.

func (p *provider) isLegacy() bool { return p.name == "google" }

// empty is the empty value of a type.
func empty(t tftypes.Type) tftypes.Value {
	switch {
	case t.Is(tftypes.String):
		return tftypes.NewValue(t, "")
	case t.Is(tftypes.Bool):
		return tftypes.NewValue(t, false)
	case t.Is(tftypes.Number):
		return tftypes.NewValue(t, 0)
	case t.Is(tftypes.Map{}):
		return tftypes.NewValue(t, map[string]tftypes.Value{})
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}):
		return tftypes.NewValue(t, []tftypes.Value{})
	}
	return tftypes.NewValue(t, nil)
}

func isCollection(t tftypes.Type) bool {
	return t.Is(tftypes.Map{}) || t.Is(tftypes.List{}) || t.Is(tftypes.Set{})
}

// unset tells whether a configuration may set the attribute, and does not. An
// item of a set is its own key, so nothing is put into it.
func unset(at *tftypes.AttributePath, a *tfprotov5.SchemaAttribute, v tftypes.Value) bool {
	for _, step := range at.Steps() {
		if _, isItem := step.(tftypes.ElementKeyValue); isItem {
			return false
		}
	}
	return a.Optional && !a.Computed && !a.WriteOnly && v.IsNull()
}

// applied is an attributeFunc for what an apply stores.
func applied(at *tftypes.AttributePath, a *tfprotov5.SchemaAttribute, v tftypes.Value) tftypes.Value {
	if unset(at, a, v) && !isCollection(a.Type) {
		return empty(a.Type)
	}
	return v
}

// found is an attributeFunc for what a refresh stores.
func found(at *tftypes.AttributePath, a *tfprotov5.SchemaAttribute, v tftypes.Value) tftypes.Value {
	if unset(at, a, v) {
		return empty(a.Type)
	}
	return v
}

// kept is an attributeFunc for a plan: the empty values of the prior state stay.
func kept(prior tftypes.Value) attributeFunc {
	return func(at *tftypes.AttributePath, a *tfprotov5.SchemaAttribute, v tftypes.Value) tftypes.Value {
		if !unset(at, a, v) {
			return v
		}
		was, _, err := tftypes.WalkAttributePath(prior, at.WithAttributeName(a.Name))
		if old, ok := was.(tftypes.Value); err == nil && ok && old.Equal(empty(a.Type)) {
			return old
		}
		return v
	}
}
