package kb

// Mask is a set of the kinds of thing that a phrase may denote.
type Mask uint32

// The kinds of a matched phrase.
const (
	IsState Mask = 1 << iota
	IsPlace
	IsCity
	IsPerson // full name of a person
	IsSurname
	IsGiven
	IsOrganization
	IsOutlet
	IsParty
	IsNationality
	IsSeat
	IsTitle
)

// matcher is a trie over look-up words. Node 0 is the root.
type matcher struct {
	words map[string]int32
	next  map[uint64]int32 // node<<32 | word → node
	any   []Mask           // by node: what the phrase may denote when written with a capital
	upper []Mask           // by node: only when written in capitals
	plain []Mask           // by node: also when written without a capital (titles)
}

func (m *matcher) add(words []string, any, upper, plain Mask) {
	if len(words) == 0 {
		return
	}
	if m.words == nil {
		m.words, m.next = make(map[string]int32, sizeHint), make(map[uint64]int32, 2*sizeHint)
		m.any, m.upper, m.plain = make([]Mask, 1), make([]Mask, 1), make([]Mask, 1)
	}
	node := int32(0)
	for _, w := range words {
		id, ok := m.words[w]
		if !ok {
			id = int32(len(m.words))
			m.words[w] = id
		}
		key := uint64(node)<<32 | uint64(id)
		n, ok := m.next[key]
		if !ok {
			n = int32(len(m.any))
			m.any, m.upper, m.plain = append(m.any, 0), append(m.upper, 0), append(m.plain, 0)
			m.next[key] = n
		}
		node = n
	}
	m.any[node] |= any
	m.upper[node] |= upper
	m.plain[node] |= plain
}

// Match finds the longest known phrase that starts at words[from] and returns
// the number of words it covers and what it may denote; 0, 0 when none does.
// words are tokens as in UD English EWT: a hyphen that stands as a token of
// its own is stepped over. Names need a capital on their first word, acronyms
// capitals throughout; titles match in any case.
func (k *KB) Match(words []string, from int) (n int, types Mask) {
	m := &k.match
	if m.words == nil || from >= len(words) {
		return 0, 0
	}
	node := int32(0)
	capital := startsUpper(words[from])
	upper := true
	for i := from; i < len(words); i++ {
		w := words[i]
		if i > from && (w == "-" || w == "–") {
			continue
		}
		id, ok := m.words[Norm(w)]
		if !ok {
			break
		}
		next, ok := m.next[uint64(node)<<32|uint64(id)]
		if !ok {
			break
		}
		node = next
		upper = upper && isUpper(w)
		got := m.plain[node]
		if capital {
			got |= m.any[node]
		}
		if upper {
			got |= m.upper[node]
		}
		if got != 0 {
			n, types = i-from+1, got
		}
	}
	return n, types
}

func startsUpper(w string) bool {
	for _, r := range w {
		return 'A' <= r && r <= 'Z' || r >= 0xC0 && r != '’' && r != '“' && r != '”' && r != '‘'
	}
	return false
}
