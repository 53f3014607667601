package link

import (
	"reflect"
	"strings"
)

// copier makes what a linker remembers its own: copied out of the texts that its
// words are cut from, which would stay in memory as long as one word of them is
// remembered, without room that nobody needs, and with words that come again and
// again kept once. A linker remembers some kilobytes of each report for good.
type copier struct {
	words recent[string, string]
	seen  map[pointer]reflect.Value // copies of what is pointed to, of one call
	plain map[reflect.Type]bool
}

type pointer struct {
	at uintptr
	to reflect.Type
}

// wordsKept is how many words are known at least.
const wordsKept = 1 << 15

func newCopier() *copier {
	return &copier{words: recent[string, string]{atLeast: wordsKept}, seen: map[pointer]reflect.Value{}, plain: map[reflect.Type]bool{}}
}

// piece returns a copy of a piece.
func (c *copier) piece(p *part) *part {
	v := reflect.New(reflect.TypeFor[part]())
	v.Elem().Set(reflect.ValueOf(p).Elem())
	c.each(v.Elem())
	clear(c.seen)
	return v.Interface().(*part)
}

// each replaces all that v holds by copies. Fields that are not exported are left
// as they are.
func (c *copier) each(v reflect.Value) {
	if c.isPlain(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(c.word(v.String()))
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		at := pointer{v.Pointer(), v.Type().Elem()}
		is, ok := c.seen[at]
		if !ok {
			is = reflect.New(at.to)
			is.Elem().Set(v.Elem())
			c.seen[at] = is
			c.each(is.Elem())
		}
		v.Set(is)
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(out, v)
		v.Set(out)
		if c.isPlain(v.Type().Elem()) {
			return
		}
		for i := range out.Len() {
			c.each(out.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			c.each(v.Index(i))
		}
	case reflect.Map:
		if v.Len() == 0 {
			v.SetZero() // nobody adds to it
			return
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		for it := v.MapRange(); it.Next(); {
			key.Set(it.Key())
			elem.Set(it.Value())
			c.each(key)
			c.each(elem)
			out.SetMapIndex(key, elem)
		}
		v.Set(out)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				c.each(f)
			}
		}
	}
}

// isPlain reports whether a value of that type refers to nothing.
func (c *copier) isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Pointer, reflect.Slice, reflect.Map:
		return false
	case reflect.Array:
		return c.isPlain(t.Elem())
	case reflect.Struct:
		is, ok := c.plain[t]
		if !ok {
			is = true
			for f := range t.Fields() {
				is = is && c.isPlain(f.Type)
			}
			c.plain[t] = is
		}
		return is
	}
	return true // numbers and booleans: a piece holds no others
}

// word is s in memory of its own.
func (c *copier) word(s string) string {
	is, ok, old := c.words.get(s)
	if !ok {
		is = strings.Clone(s)
	}
	if !ok || old {
		c.words.put(is, is)
	}
	return is
}
