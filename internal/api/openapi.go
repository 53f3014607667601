package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/wire"
)

// docComments are the comments of package wire: of a type under its name, of a
// field under Type.Field. A test draws them from the source and compares.
//
//go:embed wire.json
var docComments []byte

// tokenScheme names how a program says who it is. Of an operation it names the
// scope that is needed, too, as OpenAPI 3.1 lets it.
const tokenScheme = "token"

const tokenWords = "A token, which “readout account token add” or the page /account makes. The operation names the scope that it needs: read, review or admin, each of which holds those before it. " +
	"Where nobody need sign in, on an address of the server's own machine, reading needs no token, and while there are no accounts nothing does. A browser that has signed in may ask, too."

// security is what an operation needs: a token of that scope, or nothing where
// nobody need sign in.
func security(needs account.Scopes) []map[string][]string {
	return []map[string][]string{{tokenScheme: {needs.String()}}, {}}
}

// finish puts into the schemas what Go types tell and huma's generator does
// not: comments as descriptions, arrays that are never null, objects that can
// be, and the forms of a claim's value.
func finish(spec *huma.OpenAPI) error {
	var docs map[string]string
	if err := json.Unmarshal(docComments, &docs); err != nil {
		return fmt.Errorf("read comments of package wire: %w", err)
	}
	reg := spec.Components.Schemas
	delete(reg.Map(), "ErrorModel") // ours is Problem
	delete(reg.Map(), "ErrorDetail")
	reg.Schema(reflect.TypeFor[wire.Quantity](), true, "Quantity")
	for name, s := range reg.Map() {
		t := reg.TypeFromRef("#/components/schemas/" + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		if t == reflect.TypeFor[wire.ClaimValue]() {
			*s = claimValue()
		}
		base, _, _ := strings.Cut(t.Name(), "[")
		s.Description = docs[base]
		// Programs must take fields that a later version adds.
		if s.AdditionalProperties == false {
			s.AdditionalProperties = nil
		}
		fields(t, func(owner reflect.Type, f reflect.StructField) {
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			p := s.Properties[key]
			if p == nil {
				return
			}
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
			ownerName, _, _ := strings.Cut(owner.Name(), "[")
			doc := docs[ownerName+"."+f.Name]
			if p.Ref != "" && f.Type.Kind() == reflect.Pointer {
				s.Properties[key] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: p.Ref}, {Type: "null"}}, Description: doc}
				return
			}
			if p.Ref == "" {
				p.Description = doc
				p.Format = "" // int64 and double say nothing that the type does not
			}
		})
	}
	return nil
}

// fields goes through the fields of t as JSON has them, those of embedded
// types too.
func fields(t reflect.Type, f func(owner reflect.Type, f reflect.StructField)) {
	for i := range t.NumField() {
		x := t.Field(i)
		if x.Anonymous && x.Tag.Get("json") == "" {
			fields(x.Type, f)
			continue
		}
		f(t, x)
	}
}

// claimValue is the schema of wire.ClaimValue: one of four forms.
func claimValue() huma.Schema {
	one := func(key string, s *huma.Schema) *huma.Schema {
		return &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{key: s}, Required: []string{key}}
	}
	return huma.Schema{OneOf: []*huma.Schema{
		{Ref: "#/components/schemas/Quantity"},
		one("date", &huma.Schema{Ref: "#/components/schemas/Date"}),
		one("entity", &huma.Schema{Type: huma.TypeString}),
		one("text", &huma.Schema{Type: huma.TypeString}),
	}}
}
