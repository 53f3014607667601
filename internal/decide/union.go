package decide

// union joins names into groups and keeps groups apart. What came first holds: a
// join of two that are kept apart fails, and so does keeping apart what is one.
type union struct {
	up    map[string]string           // parent; itself at the root
	by    map[string]int64            // root → the first decision that joined anything there
	apart map[string]map[string]int64 // root → root → decision
}

func newUnion() *union {
	return &union{up: map[string]string{}, by: map[string]int64{}, apart: map[string]map[string]int64{}}
}

func (u *union) root(n string) string {
	for {
		p, ok := u.up[n]
		if !ok || p == n {
			return n
		}
		if g, ok := u.up[p]; ok && g != p {
			u.up[n] = g
		}
		n = p
	}
}

func (u *union) add(n string) string {
	if _, ok := u.up[n]; !ok {
		u.up[n] = n
	}
	return u.root(n)
}

// join makes a and b one; it returns the decision that keeps them apart, 0 when
// they are one now.
func (u *union) join(a, b string, seq int64) int64 {
	a, b = u.add(a), u.add(b)
	if a == b {
		return 0
	}
	if by := u.apart[a][b]; by != 0 {
		return by
	}
	if b < a {
		a, b = b, a
	}
	u.up[b] = a
	if u.by[a] == 0 || u.by[b] > u.by[a] {
		u.by[a] = max(u.by[b], seq)
	}
	for x, by := range u.apart[b] {
		delete(u.apart[x], b)
		u.keep(a, x, by)
	}
	delete(u.apart, b)
	return 0
}

// part keeps a and b apart; it returns a decision that made them one, 0 when they
// are apart now.
func (u *union) part(a, b string, seq int64) int64 {
	a, b = u.add(a), u.add(b)
	if a == b {
		return max(u.by[a], 1)
	}
	if u.apart[a][b] == 0 {
		u.keep(a, b, seq)
	}
	return 0
}

func (u *union) keep(a, b string, seq int64) {
	for _, p := range [][2]string{{a, b}, {b, a}} {
		if u.apart[p[0]] == nil {
			u.apart[p[0]] = map[string]int64{}
		}
		if u.apart[p[0]][p[1]] == 0 {
			u.apart[p[0]][p[1]] = seq
		}
	}
}
