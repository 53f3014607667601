package link

import (
	"reflect"
	"strings"
)

// owner makes what a linker remembers its own: copied out of the texts that its
// words are cut from, which would stay in memory as long as one word of them is
// remembered, without room that nobody needs, and with words that come again and
// again kept once. A linker remembers some kilobytes of each report for good.
type owner struct {
	now, before map[string]string
	seen        map[pointer]reflect.Value // copies of what is pointed to, of one call
	plain       map[reflect.Type]bool
}

type pointer struct {
	at uintptr
	to reflect.Type
}

// wordsKept is how many words are known at least until all but the last so many
// are forgotten.
const wordsKept = 1 << 15

func newOwner() *owner {
	return &owner{now: map[string]string{}, seen: map[pointer]reflect.Value{}, plain: map[reflect.Type]bool{}}
}

// own returns a copy of a piece.
func (o *owner) own(p *part) *part {
	v := reflect.New(reflect.TypeFor[part]())
	v.Elem().Set(reflect.ValueOf(p).Elem())
	o.copy(v.Elem())
	clear(o.seen)
	return v.Interface().(*part)
}

// copy replaces all that v holds by copies. Fields that are not exported are left
// as they are.
func (o *owner) copy(v reflect.Value) {
	if o.isPlain(v.Type()) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(o.word(v.String()))
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		at := pointer{v.Pointer(), v.Type().Elem()}
		is, ok := o.seen[at]
		if !ok {
			is = reflect.New(at.to)
			is.Elem().Set(v.Elem())
			o.seen[at] = is
			o.copy(is.Elem())
		}
		v.Set(is)
	case reflect.Slice:
		if v.Len() == 0 {
			return
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(out, v)
		v.Set(out)
		if o.isPlain(v.Type().Elem()) {
			return
		}
		for i := range out.Len() {
			o.copy(out.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			o.copy(v.Index(i))
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
			o.copy(key)
			o.copy(elem)
			out.SetMapIndex(key, elem)
		}
		v.Set(out)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				o.copy(f)
			}
		}
	}
}

// isPlain reports whether a value of that type refers to nothing.
func (o *owner) isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Pointer, reflect.Slice, reflect.Map:
		return false
	case reflect.Array:
		return o.isPlain(t.Elem())
	case reflect.Struct:
		is, ok := o.plain[t]
		if !ok {
			is = true
			for f := range t.Fields() {
				is = is && o.isPlain(f.Type)
			}
			o.plain[t] = is
		}
		return is
	}
	return true // numbers and booleans: a piece holds no others
}

// word is s in memory of its own.
func (o *owner) word(s string) string {
	if is, ok := o.now[s]; ok {
		return is
	}
	is, ok := o.before[s]
	if !ok {
		is = strings.Clone(s)
	}
	if len(o.now) >= wordsKept {
		o.before, o.now = o.now, make(map[string]string, wordsKept)
	}
	o.now[is] = is
	return is
}
