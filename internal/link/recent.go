package link

// recent keeps what was asked for lately: once atLeast values are put, all but
// those and the atLeast before them are forgotten.
type recent[K comparable, V any] struct {
	atLeast     int
	now, before map[K]V
}

// get returns what was put for key. It is to be put again where old says so, or
// is forgotten soon; the key that is put then is the one that is kept.
func (r *recent[K, V]) get(key K) (v V, ok, old bool) {
	if v, ok = r.now[key]; ok {
		return v, true, false
	}
	v, ok = r.before[key]
	return v, ok, ok
}

func (r *recent[K, V]) put(key K, v V) {
	if len(r.now) >= r.atLeast {
		r.before, r.now = r.now, nil
	}
	if r.now == nil {
		r.now = map[K]V{}
	}
	r.now[key] = v
}
