package answer

import (
	"reflect"
	"testing"

	"github.com/readout-news/readout/internal/query"
	"github.com/readout-news/readout/wire"
)

// No parameter is forgotten in what answers say they were asked, and both have
// it under one name.
func TestQueryHasEveryParameter(t *testing.T) {
	var p query.Params
	v := reflect.ValueOf(&p).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = v.Type().Field(i).Name
		case *[]string:
			*f = []string{v.Type().Field(i).Name}
		case *bool:
			*f = true
		case *int:
			*f = 7
		}
	}
	got := reflect.ValueOf(Query(p))
	if got.NumField() != v.NumField() {
		t.Errorf("wire.Query has %d fields, query.Params %d", got.NumField(), v.NumField())
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		w, ok := reflect.TypeFor[wire.Query]().FieldByName(f.Name)
		if !ok || w.Tag.Get("json") != f.Tag.Get("query")+",omitempty" {
			t.Errorf("parameter %s is %q in wire.Query", f.Tag.Get("query"), w.Tag.Get("json"))
			continue
		}
		if !reflect.DeepEqual(got.FieldByName(f.Name).Interface(), v.Field(i).Interface()) {
			t.Errorf("parameter %s came out as %v", f.Tag.Get("query"), got.FieldByName(f.Name))
		}
	}
}
