package link_test

import (
	"reflect"
	"testing"

	"github.com/readout-news/readout/internal/link"
)

// TestTextsAreNotKept holds that nothing that a linker remembers is cut from the
// text of a report: one word would keep all of it in memory.
func TestTextsAreNotKept(t *testing.T) {
	r := reader(t)
	docs := documents(t, r)
	l, err := r.Linker(link.Options{Most: 9})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		l.Put(d)
	}
	if err := l.Link(among(docs), func(*link.Change) error { return nil }); err != nil {
		t.Fatal(err)
	}
	type place struct {
		at uintptr
		of reflect.Type
	}
	seen, words := map[place]bool{}, 0
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch v.Kind() {
		case reflect.String:
			s := v.String()
			words++
			for _, d := range docs {
				if link.Lies(s, d.Report.Text) {
					t.Errorf("%s keeps %q of report %s", path, s, d.Report.ID)
				}
			}
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return
			}
			if v.Kind() == reflect.Pointer {
				p := place{v.Pointer(), v.Type()}
				if seen[p] {
					return
				}
				seen[p] = true
			}
			walk(v.Elem(), path)
		case reflect.Slice, reflect.Array:
			if k := v.Type().Elem().Kind(); k >= reflect.Bool && k <= reflect.Complex128 {
				return
			}
			for i := range v.Len() {
				walk(v.Index(i), path)
			}
		case reflect.Map:
			for it := v.MapRange(); it.Next(); {
				walk(it.Key(), path+"[]")
				walk(it.Value(), path+"[]")
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		}
	}
	walk(reflect.ValueOf(l), "Linker")
	if words < 10*len(docs) {
		t.Errorf("the linker holds %d words of %d reports: the test would not see much", words, len(docs))
	}
}
